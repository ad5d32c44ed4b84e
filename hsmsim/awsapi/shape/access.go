package shape

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

// Context has what policies can be told of any call (IAM User Guide, global condition keys). Now is lab time.
func (c *Call) Context(now time.Time) iam.Context {
	k := iam.Context{}
	k.Set("aws:PrincipalAccount", c.Account)
	k.Set("aws:PrincipalArn", c.ARN())
	k.Set("aws:PrincipalType", map[bool]string{true: "Account", false: "User"}[c.UserName == ""])
	k.Set("aws:userid", c.PrincipalID)
	if c.UserName != "" {
		k.Set("aws:username", c.UserName)
	}
	k.Set("aws:SourceIp", c.SourceIP)
	k.Set("aws:UserAgent", c.UserAgent)
	k.Set("aws:RequestedRegion", c.Region)
	k.Set("aws:SecureTransport", "false")
	k.Set("aws:CurrentTime", now.UTC().Format(time.RFC3339))
	k.Set("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
	return k
}

// Member gives the values of a member of the call's request, as policies are told of it; nothing where it was not sent.
func (c *Call) Member(name string) []string {
	v := reflect.ValueOf(c.Request)
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("json")
		if tag == name || len(tag) > len(name) && tag[:len(name)+1] == name+"," {
			return texts(v.Field(i))
		}
	}
	return nil
}

// texts are the values of a member as texts.
func texts(v reflect.Value) []string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if t, ok := v.Interface().(Time); ok {
		return []string{t.UTC().Format(time.RFC3339)}
	}
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return []string{v.String()}
	case reflect.Bool, reflect.Int, reflect.Int64:
		return []string{fmt.Sprint(v.Interface())}
	case reflect.Slice:
		var list []string
		if v.Type().Elem().Kind() != reflect.String {
			return nil
		}
		for i := range v.Len() {
			list = append(list, v.Index(i).String())
		}
		return list
	}
	return nil
}

// Denied is the exception of a caller who may not do something. reason is a clause that begins with "because" or
// "with".
func (c *Call) Denied(action, resource, reason string) *Exception {
	on := ""
	if resource != "*" {
		on = " on resource: " + resource
	}
	return Errorf(AccessDeniedException, "User: %s is not authorized to perform: %s%s %s", c.ARN(), action, on, reason)
}

// May fails unless the caller's own policies allow an action on a resource; * stands for actions on none.
func (c *Call) May(action, resource string, k iam.Context) error {
	if !c.Limited {
		return nil
	}
	switch iam.Of(c.Policies, &iam.Request{Who: c.Principal(), Action: action, Resource: resource, Context: k}) {
	case iam.Denied:
		return c.Denied(action, resource, "with an explicit deny in an identity-based policy")
	case iam.Allowed, iam.AllowedAccount:
		return nil
	}
	return c.Denied(action, resource, "because no identity-based policy allows the "+action+" action")
}
