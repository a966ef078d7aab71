//! What goes wrong, by script.

use serde_json::{Value, json};

use crate::testing::{Bed, creation, definition, seconds};
use crate::{Applied, Caller, Fault, Reply, Request};

/// What a caller sees of a creation that a fault hits, what the log says, and whether the service is there.
#[track_caller]
fn check(fault: Fault, seen: &str, logged: (&str, bool), exists: bool) {
    let mut bed = Bed::new();
    bed.ok("RegisterTaskDefinition", definition("web"));
    bed.aws.faults().on("CreateService").nth(1).then(fault);
    let outcome = bed.aws.call(&Request::ecs("CreateService", &creation("web", 1)));
    let found = match outcome.reply {
        Reply::Respond(response) => {
            let body = response.json();
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", response.status, text("__type"), text("message"))
        }
        other @ (Reply::Reset | Reply::Unreachable | Reply::Silence) => format!("{other:?}"),
    };
    assert_eq!((found.trim(), bed.aws.service("prod", "web").is_some()), (seen, exists));
    let call = bed.aws.calls().last().unwrap();
    assert_eq!((call.outcome.as_str(), call.applied), logged);
}

#[test]
fn each_fault_is_seen_and_logged() {
    check(Fault::Throttle, "400 ThrottlingException Rate exceeded", ("ThrottlingException", false), false);
    let role = "400 InvalidParameterException Unable to assume the service linked role. Please verify that the ECS \
                service linked role exists.";
    check(Fault::no_service_linked_role(), role, ("InvalidParameterException", false), false);
    let server = "500 ServerException Service Unavailable. Please try again later.";
    check(Fault::server(), server, ("ServerException", false), false);
    let denied = "400 AccessDeniedException User: arn:aws:iam::123456789012:user/ci is not authorized to perform: \
                  ecs:CreateService on resource: * because no identity-based policy allows the ecs:CreateService action";
    check(Fault::AccessDenied, denied, ("AccessDeniedException", false), false);
    let expired = "400 ExpiredTokenException The security token included in the request is expired";
    check(Fault::ExpiredToken, expired, ("ExpiredTokenException", false), false);
    check(Fault::Reset { applied: Applied::Yes }, "Reset", ("reset", true), true);
    check(Fault::Reset { applied: Applied::No }, "Reset", ("reset", false), false);
    check(Fault::Timeout { applied: Applied::Yes }, "Silence", ("timeout", true), true);
    check(Fault::Timeout { applied: Applied::No }, "Silence", ("timeout", false), false);
    check(Fault::Unreachable, "Unreachable", ("unreachable", false), false);
    let page = Fault::Status { status: 503, body: "<html>busy</html>".to_owned() };
    check(page, "503", ("status 503", false), false);
    check(Fault::Truncated, "200", ("truncated", true), true);
    check(Fault::Answer(json!({"service": {}})), "200", ("answer", false), false);
    check(Fault::Delay(seconds(9)), "200", ("ok", true), true);
}

#[test]
fn somebody_else_can_be_faster() {
    let mut bed = Bed::new();
    bed.create("web", 1, json!({}));
    let delete = Request::ecs("DeleteService", &json!({"cluster": "prod", "service": "web", "force": true}));
    bed.aws.faults().on("UpdateService").nth(1).then(Fault::Meanwhile(delete.into()));
    let update = json!({"cluster": "prod", "service": "web", "desiredCount": 2});
    let error = bed.ecs("UpdateService", update).unwrap_err();
    assert_eq!(error, "ServiceNotActiveException: Service was not ACTIVE.");
    let calls: Vec<_> = bed.aws.calls().iter().map(|call| (call.operation.as_str(), &call.caller)).collect();
    let own = Caller::Tested(Some("AKIDSTANDIN".to_owned()));
    assert_eq!(calls.last_chunk(), Some(&[("DeleteService", &Caller::Somebody), ("UpdateService", &own)]));
}

#[test]
fn a_call_without_a_signature_is_refused() {
    let mut bed = Bed::new();
    let request = Request { access_key: None, ..Request::ecs("ListClusters", &json!({})) };
    let error = bed.request(&request).unwrap_err();
    assert_eq!(error, "MissingAuthenticationTokenException: Missing Authentication Token");
    let broken = Request { body: b"{".to_vec(), ..Request::ecs("ListClusters", &Value::Null) };
    assert!(bed.request(&broken).unwrap_err().starts_with("SerializationException"));
}

#[test]
fn too_many_calls_within_a_second_are_throttled() {
    let mut bed = Bed::with(crate::Settings { calls_per_second: Some(3), ..crate::Settings::default() });
    let refused = |bed: &mut Bed| (0..4).filter(|_| bed.ecs("ListClusters", json!({})).is_err()).count();
    // The creation of the cluster counts too.
    assert_eq!(refused(&mut bed), 2);
    bed.aws.advance(seconds(1));
    assert_eq!(refused(&mut bed), 1);
}
