//! Looking without touching: what a path of the API answers, and questions that are asked by posting them.

use kube::api::PostParams;
use kube::core::request::Request as Path;
use serde_json::Value;

use super::{Cluster, Error, error, object};

impl Cluster {
    /// What a path answers; None where there is no such object, or no such kind.
    pub(crate) async fn read(&self, path: &str) -> Result<Option<Value>, Error> {
        let request =
            http::Request::get(path).body(Vec::new()).map_err(kube::core::request::Error::BuildRequest);
        match self.send(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error::is_not_found(&error) || error::is_unknown_kind(&error) => Ok(None),
            Err(error) => {
                let path = path.split('?').next().unwrap_or(path);
                Err(self.error(format!("read {}", object::describe(path)), error))
            }
        }
    }

    /// The answer to what is stored nowhere: a review, or an object that is only tried out.
    ///
    /// `tries` is sent as a dry run.
    pub(crate) async fn ask(&self, collection: &str, question: &Value, tries: bool) -> Result<Value, Error> {
        let parameters = PostParams { dry_run: tries, ..PostParams::default() };
        let request = Path::new(collection).create(&parameters, question.to_string().into_bytes());
        self.send(request)
            .await
            .map_err(|error| self.error(format!("create {}", object::describe(collection)), error))
    }
}
