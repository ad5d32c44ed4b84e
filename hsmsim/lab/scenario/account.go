package scenario

import (
	"fmt"
	"net"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

// An Endpoint is where the lab's AWS services are reached.
type Endpoint struct {
	// Address is what the endpoint listens on. Port 0, the default, lets the lab choose one and keep it. Default
	// 127.0.0.1:0.
	Address string `yaml:"address"`

	// Expose must be true for an address that other machines can reach. Default false.
	Expose bool `yaml:"expose"`
}

// An AccessKey lets a user of the account call the services.
type AccessKey struct {
	// ID is 16 to 128 letters and digits, unique in the world.
	ID string `yaml:"id" required:"true"`

	// Secret is 16 to 128 visible ASCII characters.
	Secret string `yaml:"secret" required:"true"`

	// User is the name of the IAM user, 1 to 64 of letters, digits and +=,.@_-. Default the account's root.
	User string `yaml:"user,omitempty"`
}

// An IAMUser is a user of the account who may not do everything.
type IAMUser struct {
	// Name is the user of an access key.
	Name string `yaml:"name" required:"true"`

	// Policies are the user's policies, JSON in texts, at most 20. Without any the user may do nothing but what resources
	// allow.
	Policies []string `yaml:"policies"`
}

const (
	maxAccessKeys   = 100
	maxIAMUsers     = 100
	maxUserPolicies = 20
	minKeyText      = 16 // of access keys and their secrets
	maxKeyText      = 128
	maxIAMUser      = 64
)

var (
	accessKeyID = pattern(`^[A-Za-z0-9]+$`)
	secretKey   = pattern(`^[!-~]+$`)
	iamUser     = pattern(`^[A-Za-z0-9+=,.@_-]+$`)
)

// standardKey is the access key of AWS's own examples.
var standardKey = AccessKey{ID: "AKIAIOSFODNN7EXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", User: "Alice"}

// checkAccount checks the endpoint and who may use it.
func (f *file) checkAccount(w *World) {
	if host, port, err := net.SplitHostPort(w.Endpoint.Address); err != nil || host == "" || port == "" {
		f.fail("endpoint.address", "must be an address and a port, such as 127.0.0.1:4566")
	} else if ip := net.ParseIP(host); !w.Endpoint.Expose && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		f.fail("endpoint.address", "can be reached by other machines: use 127.0.0.1, or set expose")
	}
	f.notEmpty("access_keys", len(w.AccessKeys), "give a key")
	if f.count("access_keys", len(w.AccessKeys), 0, maxAccessKeys) {
		ids := taken{}
		for i, k := range w.AccessKeys {
			f.checkAccessKey(fmt.Sprintf("access_keys[%d]", i), k, ids)
		}
	}
	if f.count("iam_users", len(w.IAMUsers), 0, maxIAMUsers) {
		names := taken{}
		for i, u := range w.IAMUsers {
			f.checkIAMUser(fmt.Sprintf("iam_users[%d]", i), w, u, names)
		}
	}
}

func (f *file) checkAccessKey(path string, k AccessKey, ids taken) {
	if n := len(k.ID); n < minKeyText || n > maxKeyText || !accessKeyID().MatchString(k.ID) {
		f.fail(path+".id", "must be 16 to 128 letters and digits")
	}
	f.take(ids, path+".id", k.ID)
	if n := len(k.Secret); n < minKeyText || n > maxKeyText || !secretKey().MatchString(k.Secret) {
		f.fail(path+".secret", "must be 16 to 128 visible ASCII characters")
	}
	if f.has(path+".user") && (len(k.User) > maxIAMUser || !iamUser().MatchString(k.User)) {
		f.fail(path+".user", "must be 1 to 64 letters, digits and +=,.@_-")
	}
}

func (f *file) checkIAMUser(path string, w *World, u IAMUser, names taken) {
	f.take(names, path+".name", u.Name)
	if !slices.ContainsFunc(w.AccessKeys, func(k AccessKey) bool { return k.User == u.Name && u.Name != "" }) {
		f.fail(path+".name", "no access key has the user %s", quote(u.Name))
	}
	if !f.count(path+".policies", len(u.Policies), 0, maxUserPolicies) {
		return
	}
	for i, p := range u.Policies {
		if _, err := iam.Parse(p, iam.OfIdentity); err != nil {
			f.fail(fmt.Sprintf("%s.policies[%d]", path, i), "%v", err)
		}
	}
}
