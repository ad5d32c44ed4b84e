// Package kms is AWS KMS: keys, aliases, grants, custom key stores and imported key material of one account in all
// its regions.
//
// Keys of a custom key store have their material in the HSMs of a cluster, to which this package is a client like
// any other: it logs in as kmsuser over the HSMs' sockets. It knows no HTTP; see package awsapi.
package kms
