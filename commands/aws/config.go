package aws

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/sigv4"
)

// configuration is what the variables and the files of a profile say.
type configuration struct {
	getenv  func(string) string
	named   bool              // whether somebody asked for the profile
	profile string            // its name
	config  map[string]string // ~/.aws/config; nil if the profile is not in it
	secrets map[string]string // ~/.aws/credentials; nil likewise
}

func readConfiguration(getenv func(string) string, profile string) (*configuration, error) {
	c := &configuration{getenv: getenv, profile: firstOf(profile, getenv("AWS_PROFILE"), getenv("AWS_DEFAULT_PROFILE"))}
	if c.named = c.profile != ""; !c.named {
		c.profile = "default"
	}
	home := getenv("HOME")
	if home == "" {
		home = getenv("USERPROFILE")
	}
	config, err := readINI(firstOf(getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")))
	if err != nil {
		return nil, err
	}
	secrets, err := readINI(firstOf(getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")))
	if err != nil {
		return nil, err
	}
	c.config, c.secrets = config["profile "+c.profile], secrets[c.profile]
	if c.profile == "default" && config["default"] != nil {
		c.config = config["default"]
	}
	if c.named && c.config == nil && c.secrets == nil {
		return nil, fail(statusOther, "The config profile (%s) could not be found", c.profile)
	}
	return c, nil
}

// readINI reads a file of sections with lines of name = value. A file that is not there has no sections.
func readINI(path string) (map[string]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil
	}
	defer f.Close()
	sections := map[string]map[string]string{}
	var section map[string]string
	s := bufio.NewScanner(f)
	for s.Scan() {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			name := strings.Join(strings.Fields(strings.Trim(line, "[]")), " ")
			section = map[string]string{}
			sections[strings.ReplaceAll(name, `"`, "")] = section
			continue
		}
		name, v, ok := strings.Cut(line, "=")
		if !ok || section == nil {
			return nil, fail(statusOther, "Unable to parse config file: %s", path)
		}
		section[strings.TrimSpace(name)] = strings.TrimSpace(v)
	}
	return sections, s.Err()
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

var regionPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`) })

func (c *configuration) region(asked string) (string, error) {
	r := firstOf(asked, c.getenv("AWS_REGION"), c.getenv("AWS_DEFAULT_REGION"), c.config["region"])
	if r == "" {
		return "", fail(statusConfiguration, `You must specify a region. You can also configure your region by running "aws configure".`)
	}
	if !regionPattern().MatchString(r) {
		return "", fail(statusOther, "Provided region_name '%s' doesn't match a supported format.", r)
	}
	return r, nil
}

// endpoint is where a service is asked. There is none but what somebody has set: a lab's commands must not
// reach a real account by accident.
func (c *configuration) endpoint(asked string, s *model.Service) (string, error) {
	url := firstOf(asked, c.getenv("AWS_ENDPOINT_URL_"+s.Endpoint), c.getenv("AWS_ENDPOINT_URL"), c.config["endpoint_url"])
	if url == "" {
		return "", fail(statusConfiguration, "You must specify an endpoint: give --endpoint-url or set AWS_ENDPOINT_URL. hsmlab's aws does not call AWS itself.")
	}
	return url, nil
}

// credentials are those of the variables, unless a profile is asked for on the command line, else those of the
// profile.
func (c *configuration) credentials(profileAsked bool) (sigv4.Credentials, error) {
	key, secret := c.getenv("AWS_ACCESS_KEY_ID"), c.getenv("AWS_SECRET_ACCESS_KEY")
	if !profileAsked && key != "" {
		if secret == "" {
			return sigv4.Credentials{}, fail(statusOther, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY")
		}
		return sigv4.Credentials{AccessKey: key, Secret: secret, Token: firstOf(c.getenv("AWS_SESSION_TOKEN"), c.getenv("AWS_SECURITY_TOKEN"))}, nil
	}
	for _, section := range []struct {
		name   string
		values map[string]string
	}{{"shared-credentials-file", c.secrets}, {"config-file", c.config}} {
		if key = section.values["aws_access_key_id"]; key == "" {
			continue
		}
		if secret = section.values["aws_secret_access_key"]; secret == "" {
			return sigv4.Credentials{}, fail(statusOther, "Partial credentials found in %s, missing: aws_secret_access_key", section.name)
		}
		return sigv4.Credentials{AccessKey: key, Secret: secret, Token: section.values["aws_session_token"]}, nil
	}
	return sigv4.Credentials{}, fail(statusConfiguration, `Unable to locate credentials. You can configure credentials by running "aws configure".`)
}
