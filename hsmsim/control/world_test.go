package control_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// still is a scenario whose clock stands at a moment.
const still = "clock: {start: 2026-03-01T00:00:00Z, rate: 0}\nclient: {connect_timeout: 300ms}\nsync_interval: 24h\n"

// three is a cluster as that of the default world, with the HSMs that it has and a backup.
const three = still + `clusters:
  - hsms:
      - {node: 0, address: 10.0.2.9, id: hsm-aaaaaaaaaaa}
      - {node: 1, address: 10.0.3.11, id: hsm-bbbbbbbbbbb}
      - {node: 2, address: 10.0.1.12, id: hsm-ccccccccccc}
    backups: [{id: backup-9g87f6edcba, age: 24h}]
    users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 2, type: AU, name: app_user}
      - {id: 3, type: CU, name: example_user, password: password1}
    keys:
      - {handle: 6, class: secret, owner: 3}
`

// empty is an activated cluster without HSMs.
const empty = still + `clusters:
  - users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 3, type: CU, name: example_user, password: password1}
`

// world is a lab with its service while a test looks at it.
type world struct {
	testing.TB
	home    lab.Home
	lab     *lab.Lab
	service *control.Service
}

func run(t testing.TB, scenario string) *world {
	t.Helper()
	return start(t, labtest.Home(t, scenario))
}

func start(t testing.TB, h lab.Home) *world {
	t.Helper()
	l := labtest.Open(t, h)
	return &world{TB: t, home: h, lab: l, service: l.Control()}
}

// in is a call in a region.
func in(region string) *shape.Call {
	return &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: region}}
}

func (w *world) advance(d time.Duration) {
	w.Helper()
	c, err := lab.Connect(w.Context(), w.home)
	if err != nil {
		w.Fatal(err)
	}
	defer c.Close()
	if err := c.AdvanceClock(w.Context(), d); err != nil {
		w.Fatal(err)
	}
}

// settle lets all transitions end that the service has begun, and no more.
func (w *world) settle() { w.advance(10 * time.Second) }

// call does an operation that must succeed.
func call[Req, Resp any](w *world, op func(*control.Service, context.Context, *shape.Call, Req) (Resp, error), r Req) Resp {
	w.Helper()
	return callIn(w, region, op, r)
}

func callIn[Req, Resp any](w *world, region string, op func(*control.Service, context.Context, *shape.Call, Req) (Resp, error), r Req) Resp {
	w.Helper()
	if err := shape.Validate(r); err != nil {
		w.Fatal(err)
	}
	answer, err := op(w.service, context.Background(), in(region), r)
	if err != nil {
		w.Fatalf("%+v: %v", r, err)
	}
	return answer
}

// refused does an operation that must fail with an exception and a text.
func refused[Req, Resp any](w *world, op func(*control.Service, context.Context, *shape.Call, Req) (Resp, error), r Req, code, text string) {
	w.Helper()
	err := shape.Validate(r)
	if err == nil {
		_, err = op(w.service, context.Background(), in(region), r)
	}
	e, ok := err.(*shape.Exception)
	if !ok || e.Code != code || !strings.Contains(e.Message, text) {
		w.Errorf("%+v: %v, want %s with %q", r, err, code, text)
	}
}

const (
	invalidRequest = "CloudHsmInvalidRequestException"
	resourceAbsent = "CloudHsmResourceNotFoundException"
	limitExceeded  = "CloudHsmResourceLimitExceededException"
)

func (w *world) cluster(id string) control.ClusterInfo {
	w.Helper()
	return w.clusterIn(region, id)
}

func (w *world) clusterIn(region, id string) control.ClusterInfo {
	w.Helper()
	list := callIn(w, region, (*control.Service).DescribeClusters, control.DescribeClustersRequest{Filters: control.Filters{"clusterIds": {id}}}).Clusters
	if len(list) != 1 {
		w.Fatalf("cluster %s: %d found", id, len(list))
	}
	return list[0]
}

// backups are all that filters choose, the newest first.
func (w *world) backups(region string, filters control.Filters) []control.BackupInfo {
	w.Helper()
	var list []control.BackupInfo
	r := control.DescribeBackupsRequest{Filters: filters}
	for {
		answer := callIn(w, region, (*control.Service).DescribeBackups, r)
		list = append(list, answer.Backups...)
		if r.NextToken = answer.NextToken; r.NextToken == "" {
			return list
		}
	}
}

// states are the states of a cluster's HSMs by address.
func (w *world) states(id string) map[string]string {
	m := map[string]string{}
	for _, h := range w.cluster(id).Hsms {
		m[h.EniIp] = h.State
	}
	return m
}

func (w *world) createHSM(cluster, zone string) control.HsmInfo {
	w.Helper()
	return call(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: cluster, AvailabilityZone: zone}).Hsm
}

// subnets are the ids of subnets of the spare ones, one in each zone.
func (w *world) subnets(region string) []string {
	w.Helper()
	answer, err := w.lab.Network().DescribeSubnets(w.Context(), in(region), control.DescribeSubnetsRequest{})
	if err != nil {
		w.Fatal(err)
	}
	var list []string
	for _, s := range answer.Subnets {
		if strings.HasSuffix(s.CidrBlock, "/20") {
			list = append(list, s.SubnetId)
		}
	}
	return list
}

// newCluster makes one as the guide does, up to a state.
func (w *world) newCluster(until string) string {
	w.Helper()
	id := call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets(region)}).Cluster.ClusterId
	w.settle()
	if until == "UNINITIALIZED" {
		return id
	}
	w.createHSM(id, region+"a")
	w.settle()
	if until == "HSM" {
		return id
	}
	signed, anchor := signRequest(w, w.cluster(id).Certificates.ClusterCsr, customerCA())
	call(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: signed, TrustAnchor: anchor})
	w.settle()
	if until == "INITIALIZED" {
		return id
	}
	w.activate(w.cluster(id).Hsms[0].EniIp)
	w.cluster(id) // the service notices
	w.settle()
	return id
}

// activate changes the password of the PRECO of an HSM.
func (w *world) activate(address string) {
	w.Helper()
	s := w.session(address)
	s.login("PRECO", "admin", "password")
	if _, err := wire.ChangePassword.Call(w.Context(), s.conn, hsm.ChangePasswordRequest{Type: "PRECO", Name: "admin", Password: "adminpw1"}); err != nil {
		w.Fatal(err)
	}
}

// session is a connection to an HSM.
type session struct {
	*world
	conn *wire.Conn
}

func (w *world) session(address string) *session {
	w.Helper()
	c, err := wire.Dial(w.Context(), w.home.Socket(address))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { c.Close() })
	return &session{w, c}
}

// login logs in; passwords are stretched once a family.
func (s *session) login(kind, name, password string) {
	s.Helper()
	if err := s.tryLogin(kind, name, password); err != nil {
		s.Fatalf("cannot log in as %s: %v", name, err)
	}
}

func (s *session) tryLogin(kind, name, password string) error {
	salt := hsm.Salt(s.conn.Welcome().Salt)
	key := fmt.Sprint(salt, name, password)
	p, ok := proofs.Load(key)
	if !ok {
		made, err := hsm.Stretch(salt, name, password)
		if err != nil {
			s.Fatal(err)
		}
		p, _ = proofs.LoadOrStore(key, made)
	}
	_, err := wire.Login.Call(s.Context(), s.conn, hsm.LoginRequest{Type: kind, Name: name, Proof: p.(hsm.Proof)})
	return err
}

var proofs sync.Map

// connects reports whether an HSM answers.
func (w *world) connects(address string) bool {
	d := &cluster.Dialer{Socket: w.home.Socket, ConnectTimeout: 300 * time.Millisecond, RequestTimeout: time.Second}
	c, err := d.Dial(w.Context(), address)
	if err == nil {
		c.Close()
	}
	return err == nil
}

type ca struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

// customerCA is one that the owner of a cluster makes.
var customerCA = sync.OnceValue(func() ca { return newCA(2048) })

func newCA(bits int) ca {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "customer"}, IsCA: true, BasicConstraintsValid: true,
		NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return ca{key, made}
}

// signRequest signs a CSR as its owner does, and gives the certificate and the trust anchor.
func signRequest(t testing.TB, csr string, owner ca) (signed, anchor string) {
	t.Helper()
	block, _ := pem.Decode([]byte(csr))
	if block == nil {
		t.Fatalf("no CSR: %q", csr)
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return signKey(t, request.PublicKey, owner), control.CertificatePEM(owner.certificate.Raw)
}

func signKey(t testing.TB, public any, owner ca) string {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: owner.certificate.NotAfter},
		owner.certificate, public, owner.key)
	if err != nil {
		t.Fatal(err)
	}
	return control.CertificatePEM(der)
}

// picture is what KMS sees.
func picture(t testing.TB, s *control.Service) string {
	t.Helper()
	c, ok := s.Cluster(region, mainCluster)
	return fmt.Sprintf("%v %+v", ok, c)
}

// everything is all that clients can see of the service.
func (w *world) everything() string {
	w.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	for _, r := range []string{region, "us-east-1"} {
		if err := e.Encode(callIn(w, r, (*control.Service).DescribeClusters, control.DescribeClustersRequest{})); err != nil {
			w.Fatal(err)
		}
		if err := e.Encode(w.backups(r, nil)); err != nil {
			w.Fatal(err)
		}
	}
	return b.String()
}
