//! Domains (technology surfaces) and units (the parts of a repository that a run works on).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::id::{IdError, text_serde};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A technology surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// Any code without a user interface; the default.
    Api,
    Web,
    Db,
    Mobile,
    Cloud,
    GameMobile,
    GameRn,
    GameWindows,
    GameMac,
    GameXr,
    GameConsole,
}

impl Domain {
    /// All domains.
    pub const ALL: [Self; 11] = [
        Self::Api,
        Self::Web,
        Self::Db,
        Self::Mobile,
        Self::Cloud,
        Self::GameMobile,
        Self::GameRn,
        Self::GameWindows,
        Self::GameMac,
        Self::GameXr,
        Self::GameConsole,
    ];

    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
            Self::Db => "db",
            Self::Mobile => "mobile",
            Self::Cloud => "cloud",
            Self::GameMobile => "game-mobile",
            Self::GameRn => "game-rn",
            Self::GameWindows => "game-windows",
            Self::GameMac => "game-mac",
            Self::GameXr => "game-xr",
            Self::GameConsole => "game-console",
        }
    }

    /// Says whether the domain has a user interface.
    pub fn has_ui(self) -> bool {
        match self {
            Self::Api | Self::Db | Self::Cloud => false,
            Self::Web
            | Self::Mobile
            | Self::GameMobile
            | Self::GameRn
            | Self::GameWindows
            | Self::GameMac
            | Self::GameXr
            | Self::GameConsole => true,
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Domain {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL
            .into_iter()
            .find(|domain| domain.name() == text)
            .ok_or_else(|| IdError::new(text, "a domain (api, web, db, mobile, cloud, game-…)"))
    }
}

text_serde!(Domain);

/// A part of the repository that takes its own turns and gates: a domain, or one service of a domain.
///
/// Written `api` or `api.billing`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    domain: Domain,
    service: Option<Arc<str>>,
}

/// Longest service name; it becomes part of paths and tables.
const MAX_SERVICE_BYTES: usize = 48;

impl Unit {
    /// Makes the unit of a whole domain.
    pub fn of(domain: Domain) -> Self {
        Self { domain, service: None }
    }

    /// Makes the unit of one service; `None` if `service` is not letters, digits, `-` and `_`.
    pub fn service_of(domain: Domain, service: &str) -> Option<Self> {
        let is_name = !service.is_empty()
            && service.len() <= MAX_SERVICE_BYTES
            && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        is_name.then(|| Self { domain, service: Some(Arc::from(service)) })
    }

    /// Returns the domain.
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// Returns the service, unless the unit is a whole domain.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// Says whether the unit has a user interface.
    pub fn has_ui(&self) -> bool {
        self.domain.has_ui()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            None => formatter.write_str(self.domain.name()),
            Some(service) => write!(formatter, "{}.{service}", self.domain.name()),
        }
    }
}

impl FromStr for Unit {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('.') {
            None => text.parse().map(Self::of),
            Some((domain, service)) => Self::service_of(domain.parse()?, service)
                .ok_or_else(|| IdError::new(text, "a unit like api or api.billing")),
        }
    }
}

text_serde!(Unit);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_back_as_they_were_written() {
        for text in ["api", "web", "game-console", "api.billing", "web.admin-ui_2"] {
            assert_eq!(text.parse::<Unit>().unwrap().to_string(), text);
        }
        for text in ["", "API", "api.", ".billing", "api.a.b", "api.a b", "api./x", "nope", "api.é"] {
            assert!(text.parse::<Unit>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_web_mobile_and_games_have_a_user_interface() {
        let without: Vec<_> = Domain::ALL.into_iter().filter(|domain| !domain.has_ui()).map(Domain::name).collect();
        assert_eq!(without, ["api", "db", "cloud"]);
        assert!("web.shop".parse::<Unit>().unwrap().has_ui());
    }
}
