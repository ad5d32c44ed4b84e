// Package iam decides what principals of an account may do: policy documents, and how AWS evaluates them (IAM User
// Guide, policy evaluation logic). It knows the language of policies, and no service, no key and no user.
//
// Of the language it has Allow and Deny; Principal, Action and Resource with their opposites and wildcards; policy
// variables; and conditions with the operators for texts, numbers, dates, booleans, addresses and ARNs, IfExists, Null
// and the two quantifiers for keys with many values.
package iam
