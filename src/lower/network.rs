//! Ports, links and what a container knows of the network.
