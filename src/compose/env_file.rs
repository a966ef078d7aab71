//! `env_file`: variables of a container that stand in files.
