// Package hsm is one hardware security module of a CloudHSM cluster: its users, keys, sessions, masked
// objects, tombstones and audit records, and who may do what with them.
//
// It knows no other HSM, no socket and no file: a [Session] is driven by whoever holds a connection, and
// durable state goes to a [Journal]. Every operation answers with a [Code] of the original, and leaves
// in [Session.Pending] the ticket to wait for before its answer may be given away.
//
// One operation is one method of Session in a file of its name. Methods of [HSM] are the manufacturer's
// side: provisioning a world, server-side synchronisation, inspection.
package hsm
