// Package control is the CloudHSM v2 service with the network that its HSMs are in: clusters, HSMs and backups that
// come and go, their certificates, and the subset of EC2 that decides who reaches them.
//
// All of it is one [State], a document that is stored whole. What takes time is in the state too, as the time at
// which it is due, so that a lab that was killed goes on where it was. Running HSMs are the lab's: see [Lab].
package control
