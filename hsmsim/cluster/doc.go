// Package cluster is the clients' side of a cluster: how the tools connect to its HSMs and spread operations
// over them.
//
// A [Fleet] is what cloudhsm_mgmt_util holds: the servers of its configuration file, each with its own answer.
// An [Application] is what key_mgmt_util holds through the client daemon: one session on all HSMs, a home that
// serves it, and client-side synchronisation of new token keys. The package prints nothing and reads no file.
package cluster
