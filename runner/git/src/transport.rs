//! How the network is reached: addresses without their secrets, and the user's settings as they were at the start.
//!
//! Git shows its arguments to every process of the machine, so nothing secret is ever one: what an address holds of a
//! name and a password is taken out and handed over in the environment, as are settings, whose headers may hold tokens.
//! Settings that rewrite addresses are not here: they are carried out when a remote is read.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use pipemason_core::text::redact::Redactor;

use crate::program::{Call, Git};

/// Where a remote repository is, without name and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    user: Option<String>,
    password: Option<String>,
}

impl Address {
    /// Takes an address apart.
    pub fn new(url: &str) -> Self {
        let whole = || Self { url: url.to_owned(), user: None, password: None };
        let Some((scheme, rest)) = url.split_once("://") else { return whole() };
        let (place, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let Some((login, host)) = place.rsplit_once('@') else { return whole() };
        let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
        if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            let url = format!("{scheme}://{host}{path}");
            Self { url, user: Some(percent_decoded(user)), password: password.map(percent_decoded) }
        } else {
            // To `ssh` the user is a part of the place, and a password is nothing that it takes.
            Self { url: format!("{scheme}://{user}@{host}{path}"), user: None, password: None }
        }
    }

    /// Returns the address, which can be shown.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns scheme and host, for settings that hold there only.
    fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url.get(host..).and_then(|rest| rest.find('/')).map_or(self.url.len(), |slash| host + slash);
        self.url.get(..end).unwrap_or_default()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, user: _, password: _ } = self;
        formatter.debug_tuple("Address").field(url).finish()
    }
}

/// Turns `%40` into `@`, and its likes.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, behind @ ..] = rest {
        let digits = behind.get(..2).filter(|_| *byte == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A remote of the user's repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    pub name: String,
    /// Where its branches are read.
    pub fetch: Address,
    /// Where branches are pushed.
    pub push: Address,
}

/// How long the network is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endurance {
    /// How long one attempt may take.
    pub time: Duration,
    /// How often it is tried.
    pub attempts: u32,
    /// How long to wait after the first attempt that came to nothing; each further wait is twice as long.
    pub pause: Duration,
}

impl Default for Endurance {
    fn default() -> Self {
        Self { time: Duration::from_mins(5), attempts: 3, pause: Duration::from_secs(1) }
    }
}

/// The user's ways to the network, as they were when this was read.
#[derive(Clone, Default)]
pub struct Transport {
    settings: Vec<(String, String)>,
    pub endurance: Endurance,
}

/// Settings of the user that have to do with the network, apart from those that rewrite addresses.
const SECTIONS: [&str; 4] = ["credential.", "http.", "ssh.", "core.sshcommand"];

/// Finds a name and a password in the environment, where no other process looks, and ignores what it is asked.
const HELPER: &str = r#"!printf 'username=%s\npassword=%s\n' "$PIPEMASON_GIT_USER" "$PIPEMASON_GIT_PASSWORD"; :"#;

impl Transport {
    /// Keeps what of a configuration has to do with the network.
    pub(crate) fn of(configuration: &[(String, String)]) -> Self {
        let is_kept = |name: &str| SECTIONS.iter().any(|section| name.starts_with(section));
        let settings = configuration.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        Self { settings, endurance: Endurance::default() }
    }

    /// Gives a call what it needs to reach `address`.
    pub(crate) fn equip(&self, call: Call, git: &Git, address: &Address) -> Call {
        let mut call = call.time(self.endurance.time).redactor(self.redactor(address));
        for (name, value) in git.user_variables() {
            call = call.variable(&name.to_string_lossy(), value);
        }
        let mut settings = self.settings.clone();
        let origin = address.origin();
        if let (Some(user), Some(password)) = (&address.user, &address.password) {
            // An empty helper forgets all that were named before.
            settings.push((format!("credential.{origin}.helper"), String::new()));
            settings.push((format!("credential.{origin}.helper"), HELPER.to_owned()));
            call = call.variable("PIPEMASON_GIT_USER", user).variable("PIPEMASON_GIT_PASSWORD", password);
        } else if let Some(user) = &address.user {
            settings.push((format!("credential.{origin}.username"), user.clone()));
        }
        if let Some(command) = self.ssh_command(git) {
            call = call.variable("GIT_SSH_COMMAND", command);
        }
        for (number, (name, value)) in settings.iter().enumerate() {
            let (key, value_key) = (format!("GIT_CONFIG_KEY_{number}"), format!("GIT_CONFIG_VALUE_{number}"));
            call = call.variable(&key, name).variable(&value_key, value);
        }
        call.variable("GIT_CONFIG_COUNT", settings.len().to_string())
    }

    /// Returns the command that starts `ssh`, made to fail where it would ask somebody.
    fn ssh_command(&self, git: &Git) -> Option<String> {
        let setting = |wanted: &str| self.settings.iter().rev().find(|(name, _)| name == wanted);
        let of_user = git.user_variable("GIT_SSH_COMMAND").map(|command| command.to_string_lossy().into_owned());
        let command = of_user.or_else(|| setting("core.sshcommand").map(|(_, command)| command.clone()));
        let command = match command {
            Some(command) => command,
            None if git.user_variable("GIT_SSH").is_some() => return None,
            None => "ssh".to_owned(),
        };
        let program = command.split_whitespace().next().unwrap_or_default();
        let is_open_ssh = Path::new(program).file_name() == Some(OsStr::new("ssh"));
        Some(if is_open_ssh { format!("{command} -oBatchMode=yes") } else { command })
    }

    /// Knows all secrets that a call could repeat.
    fn redactor(&self, address: &Address) -> Redactor {
        let headers = self.settings.iter().filter(|(name, _)| name.ends_with(".extraheader"));
        let tokens = headers.filter_map(|(_, value)| value.split_whitespace().next_back());
        Redactor::new(tokens.chain(address.password.as_deref()))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settings, endurance } = self;
        // Names may hold addresses with passwords.
        let mut sections: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, _) in settings {
            *sections.entry(name.split('.').next().unwrap_or_default()).or_default() += 1;
        }
        formatter.debug_struct("Transport").field("settings", &sections).field("endurance", endurance).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_62_an_address_is_shown_without_its_secrets() {
        let address = Address::new("https://octo%40cat:ghp_s3cr%2Ft@example.com:8443/a/b.git");
        assert_eq!(address.url(), "https://example.com:8443/a/b.git");
        assert_eq!((address.user.as_deref(), address.password.as_deref()), (Some("octo@cat"), Some("ghp_s3cr/t")));
        assert_eq!(address.origin(), "https://example.com:8443");
        assert_eq!(format!("{address:?}"), r#"Address("https://example.com:8443/a/b.git")"#);
    }

    #[test]
    fn addresses_that_hold_no_secret_stay_as_they_are() {
        for url in
            ["git@github.com:a/b.git", "/srv/a@b/c.git", "ssh://git@host:22/a", "file:///a:b@c/d", "https://h/a@b"]
        {
            assert_eq!(Address::new(url).url(), url);
        }
        assert_eq!(Address::new("ssh://git:password@host/a").url(), "ssh://git@host/a");
        assert_eq!(Address::new("https://octocat@host/a").url(), "https://host/a");
    }

    #[test]
    fn percent_signs_that_say_nothing_stay() {
        assert_eq!(percent_decoded("100%-%4-%zz%"), "100%-%4-%zz%");
        assert_eq!(percent_decoded("%E2%82%AC%00"), "€\0");
    }
}
