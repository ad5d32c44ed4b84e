package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// userTypes are the types that -u takes, with the HSM's name for them.
var userTypes = map[string]string{"CU": "CU", "CO": "CO", "AU": "AU", "PO": "PCO", "PRECO": "PRECO"}

var loginHSMOptions = []option{
	{name: "-u", value: "<user type>", kind: kindText, about: "CU; CO, AU, PO and PRECO can log in but use no keys"},
	{name: "-p", value: "<password>", kind: kindText, scrubbed: "-hpswd", about: "the password, visible"},
	{name: "-hpswd", about: "ask for the password and do not show it"},
	{name: "-s", value: "<user name>", kind: kindText, about: "the user"},
	{name: "-2fa", initial: "no", about: "login with a second factor"},
}

var loginHSMChecks = []check{
	needs("-u", "User type"),
	{text: needs("-p", "Password").text, fails: func(a arguments) bool { return !a.has("-p") && !a.has("-hpswd") }},
	{text: textBadUserType, fails: func(a arguments) bool { return userTypes[a.text("-u")] == "" }},
	needs("-s", "Username"),
}

// runLoginHSM logs in on all HSMs. Crypto users have no second factor on AWS: -2fa changes nothing.
func runLoginHSM(ctx context.Context, s *session, a arguments) hsm.Code {
	password := a.text("-p")
	if a.has("-hpswd") {
		console, err := s.ask()
		if err == nil {
			password, err = console.ReadPassword(ctx, textEnterPassword)
		}
		if err != nil {
			return hsm.InvalidArguments // nothing was typed, and nothing is said
		}
	}
	o := s.cluster(ctx).Login(ctx, userTypes[a.text("-u")], a.text("-s"), password)
	if o.Code == hsm.LoginFailure && s.family.loginRejected {
		o = cluster.Outcome{Code: hsm.LoginRejected}
	}
	return s.atLogin().outcome("Cfm3LoginHSM", o)
}
