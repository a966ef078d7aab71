//! A call, from the request to what becomes of it.

use std::time::Duration;

use serde_json::Value;

use crate::aws::Aws;
use crate::call_log::{Call, Caller, Effect};
use crate::ec2;
use crate::faults::{Applied, Fault};
use crate::input::Input;
use crate::model;
use crate::wire::{Answer, ApiError, Outcome, Reply, Request, Response};

/// The prefix of the targets of Amazon ECS.
const ECS: &str = "AmazonEC2ContainerServiceV20141113";

/// What stands for Amazon EC2, whose calls have no targets.
pub(crate) const EC2: &str = "EC2";

/// The prefix of the targets of Amazon ECR.
const ECR: &str = "AmazonEC2ContainerRegistry_V20150921";

/// The prefix of the targets of Amazon `CloudWatch` Logs.
const LOGS: &str = "Logs_20140328";

impl Aws {
    /// Takes a call at the present time.
    pub fn call(&mut self, request: &Request) -> Outcome {
        self.set_time(self.now);
        let (prefix, operation) = request.target.split_once('.').unwrap_or(("", &request.target));
        let input = match serde_json::from_slice(&request.body) {
            Ok(input) => input,
            Err(_) if request.body.is_empty() => Value::Object(serde_json::Map::new()),
            Err(_) => Value::Null,
        };
        let scripted = self.faults.next(operation, self.now, request.access_key.as_deref());
        let fault = scripted.or_else(|| self.is_busy().then_some(Fault::Throttle));
        let mut log = Call {
            at: self.now,
            service: service(prefix),
            operation: operation.to_owned(),
            effect: Effect::of(operation),
            caller: Caller::Tested(request.access_key.clone()),
            input,
            applied: false,
            outcome: String::new(),
        };
        let outcome = if request.access_key.is_none() {
            let error = ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token");
            self.refused(&mut log, &error)
        } else {
            self.with_fault(prefix, &mut log, fault)
        };
        let outcome = if prefix == EC2 { ec2::in_xml(operation, outcome) } else { outcome };
        self.calls.push(log);
        Outcome { delay: outcome.delay + self.settings.latency, ..outcome }
    }

    /// Has somebody else make a call, whom no fault hits.
    ///
    /// # Errors
    ///
    /// What AWS refuses.
    pub fn somebody(&mut self, request: &Request) -> Result<Value, ApiError> {
        let (prefix, operation) = request.target.split_once('.').unwrap_or(("", &request.target));
        let input = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let answer = self.perform(prefix, operation, &input);
        self.calls.push(Call {
            at: self.now,
            service: service(prefix),
            operation: operation.to_owned(),
            effect: Effect::of(operation),
            caller: Caller::Somebody,
            input,
            applied: answer.is_ok(),
            outcome: answer.as_ref().map_or_else(|error| error.code.clone(), |_| "ok".to_owned()),
        });
        answer
    }

    /// Whether the account took as many calls within the last second as it takes.
    fn is_busy(&self) -> bool {
        let Some(most) = self.settings.calls_per_second else { return false };
        let recent = self.calls.iter().rev().take_while(|call| call.at + Duration::from_secs(1) > self.now);
        recent.filter(|call| call.outcome != "ThrottlingException").count() >= most
    }

    fn with_fault(&mut self, prefix: &str, log: &mut Call, fault: Option<Fault>) -> Outcome {
        match fault {
            None => self.carry_out(prefix, log),
            Some(Fault::Throttle) => self.refused(log, &ApiError::new("ThrottlingException", "Rate exceeded")),
            Some(Fault::Error { code, message, status }) => {
                self.refused(log, &ApiError { status, ..ApiError::new(&code, message) })
            }
            Some(Fault::AccessDenied) => {
                let error = self.access_denied(prefix, &log.operation);
                self.refused(log, &error)
            }
            Some(Fault::ExpiredToken) => {
                let message = "The security token included in the request is expired";
                self.refused(log, &ApiError::new("ExpiredTokenException", message))
            }
            Some(Fault::Reset { applied }) => self.lost(prefix, log, (applied, "reset", Reply::Reset)),
            Some(Fault::Timeout { applied }) => self.lost(prefix, log, (applied, "timeout", Reply::Silence)),
            Some(Fault::Unreachable) => self.lost(prefix, log, (Applied::No, "unreachable", Reply::Unreachable)),
            Some(Fault::Status { status, body }) => {
                log.outcome = format!("status {status}");
                let headers = vec![("content-type", "text/html".to_owned())];
                at_once(Reply::Respond(Response { status, headers, body: body.into_bytes() }))
            }
            Some(Fault::Truncated) => {
                let mut outcome = self.carry_out(prefix, log);
                "truncated".clone_into(&mut log.outcome);
                if let Reply::Respond(response) = &mut outcome.reply {
                    response.body.truncate(response.body.len() / 2);
                }
                outcome
            }
            Some(Fault::Answer(answer)) => {
                "answer".clone_into(&mut log.outcome);
                self.respond(200, &answer, None)
            }
            Some(Fault::Delay(delay)) => Outcome { delay, ..self.carry_out(prefix, log) },
            Some(Fault::Meanwhile(deed)) => {
                self.befall(&deed);
                self.carry_out(prefix, log)
            }
        }
    }

    fn carry_out(&mut self, prefix: &str, log: &mut Call) -> Outcome {
        match self.perform(prefix, &log.operation, &log.input) {
            Ok(answer) => {
                log.applied = true;
                "ok".clone_into(&mut log.outcome);
                self.respond(200, &answer, None)
            }
            Err(error) => self.refused(log, &error),
        }
    }

    fn lost(&mut self, prefix: &str, log: &mut Call, how: (Applied, &str, Reply)) -> Outcome {
        let (applied, name, reply) = how;
        if applied == Applied::Yes {
            self.carry_out(prefix, log);
        }
        name.clone_into(&mut log.outcome);
        at_once(reply)
    }

    fn refused(&mut self, log: &mut Call, error: &ApiError) -> Outcome {
        log.outcome.clone_from(&error.code);
        self.respond(error.status, &error.body(), Some(&error.code))
    }

    fn access_denied(&self, prefix: &str, operation: &str) -> ApiError {
        let service = service(prefix);
        ApiError::new(
            "AccessDeniedException",
            format!(
                "User: {} is not authorized to perform: {service}:{operation} on resource: * because no identity-based \
                 policy allows the {service}:{operation} action",
                self.principal()
            ),
        )
    }

    /// Who makes the calls.
    pub(crate) fn principal(&self) -> String {
        format!("arn:aws:iam::{}:user/ci", self.settings.account)
    }

    fn respond(&mut self, status: u16, body: &Value, error: Option<&str>) -> Outcome {
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amzn-requestid", self.ids.uuid()),
            ("date", crate::http::date(self.settings.epoch + self.now)),
        ];
        headers.extend(error.map(|code| ("x-amzn-errortype", code.to_owned())));
        at_once(Reply::Respond(Response { status, headers, body: body.to_string().into_bytes() }))
    }

    /// Carries out an operation whose input keeps to the table.
    pub(crate) fn perform(&mut self, prefix: &str, operation: &str, input: &Value) -> Answer {
        if prefix == EC2 {
            return self.ec2(operation, Input(input));
        }
        let model = model::service(prefix).filter(|model| model.has(operation));
        let Some(model) = model else { return Err(ApiError::new("UnknownOperationException", "")) };
        if input.is_null() {
            return Err(ApiError::new("SerializationException", "Unexpected token in the JSON of the request"));
        }
        model.check_input(operation, input).map_err(|misfit| misfit.error())?;
        let input = Input(input);
        let answer = match prefix {
            ECS => self.ecs(operation, input),
            ECR => self.ecr(operation, input),
            _ => self.logs(operation, input),
        }?;
        debug_assert_eq!(model.check_output(operation, &answer), Ok(()), "{operation}: {answer:#}");
        Ok(answer)
    }

    fn ecs(&mut self, operation: &str, input: Input<'_>) -> Answer {
        match operation {
            "CreateCluster" => self.create_cluster(input),
            "DeleteCluster" => self.delete_cluster(input),
            "DescribeClusters" => Ok(self.describe_clusters(input)),
            "ListClusters" => self.list_clusters(input),
            "PutClusterCapacityProviders" => self.put_cluster_capacity_providers(input),
            "DescribeCapacityProviders" => Ok(self.describe_capacity_providers(input)),
            "ListContainerInstances" => self.list_container_instances(input),
            "DescribeContainerInstances" => self.describe_container_instances(input),
            "RegisterTaskDefinition" => self.register_task_definition(input),
            "DescribeTaskDefinition" => self.describe_task_definition(input),
            "ListTaskDefinitions" => self.list_task_definitions(input),
            "ListTaskDefinitionFamilies" => self.list_task_definition_families(input),
            "DeregisterTaskDefinition" => self.deregister_task_definition(input),
            "DeleteTaskDefinitions" => self.delete_task_definitions(input),
            "CreateService" => self.create_service(input),
            "UpdateService" => self.update_service(input),
            "DeleteService" => self.delete_service(input),
            "DescribeServices" => self.describe_services(input),
            "ListServices" => self.list_services(input),
            "ListServiceDeployments" => self.list_service_deployments(input),
            "DescribeServiceDeployments" => self.describe_service_deployments(input),
            "DescribeServiceRevisions" => self.describe_service_revisions(input),
            "StopServiceDeployment" => self.stop_service_deployment(input),
            "RunTask" => self.run_task(input),
            "StopTask" => self.stop_task(input),
            "ListTasks" => self.list_tasks(input),
            "DescribeTasks" => self.describe_tasks(input),
            "TagResource" => self.tag_resource(input),
            "UntagResource" => self.untag_resource(input),
            "ListTagsForResource" => self.list_tags_for_resource(input),
            other => Err(ApiError::new("UnknownOperationException", format!("no such operation: {other}"))),
        }
    }
}

/// The service to which a target belongs, as IAM calls it.
fn service(prefix: &str) -> &'static str {
    match prefix {
        ECS => "ecs",
        EC2 => "ec2",
        LOGS => "logs",
        _ => "ecr",
    }
}

/// What a caller gets without waiting.
fn at_once(reply: Reply) -> Outcome {
    Outcome { delay: Duration::ZERO, reply }
}
