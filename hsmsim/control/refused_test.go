package control_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

const validation = "ValidationException"

func TestRequestsThatAreRefused(t *testing.T) {
	w := run(t, three)
	subnets := w.subnets(region)
	main := w.cluster(mainCluster)
	tiny := ""
	inMain := main.SubnetMapping[region+"a"]
	list, err := w.lab.Network().DescribeSubnets(t.Context(), in(region), control.DescribeSubnetsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list.Subnets {
		if strings.HasSuffix(s.CidrBlock, "/28") {
			tiny = s.SubnetId
		}
	}
	elsewhere := w.subnets("us-east-1")
	before := w.everything()
	tag := func(n int) (tags []control.Tag) {
		for i := range n {
			tags = append(tags, control.Tag{Key: fmt.Sprint("key", i)})
		}
		return tags
	}
	type check struct {
		name       string
		do         func(w *world, code, text string)
		code, text string
	}
	create := func(r control.CreateClusterRequest) func(*world, string, string) {
		return func(w *world, code, text string) { refused(w, (*control.Service).CreateCluster, r, code, text) }
	}
	hsm := func(r control.CreateHsmRequest) func(*world, string, string) {
		return func(w *world, code, text string) { refused(w, (*control.Service).CreateHsm, r, code, text) }
	}
	remove := func(r control.DeleteHsmRequest) func(*world, string, string) {
		return func(w *world, code, text string) { refused(w, (*control.Service).DeleteHsm, r, code, text) }
	}
	modify := func(value string) func(*world, string, string) {
		r := control.ModifyClusterRequest{ClusterId: mainCluster, BackupRetentionPolicy: &control.Retention{Type: "DAYS", Value: value}}
		return func(w *world, code, text string) { refused(w, (*control.Service).ModifyCluster, r, code, text) }
	}
	copied := func(id, region string) func(*world, string, string) {
		r := control.CopyBackupToRegionRequest{BackupId: id, DestinationRegion: region}
		return func(w *world, code, text string) { refused(w, (*control.Service).CopyBackupToRegion, r, code, text) }
	}
	tags := func(id string, list []control.Tag) func(*world, string, string) {
		r := control.TagResourceRequest{ResourceId: id, TagList: list}
		return func(w *world, code, text string) { refused(w, (*control.Service).TagResource, r, code, text) }
	}
	policy := func(arn, text string) func(*world, string, string) {
		r := control.PutResourcePolicyRequest{ResourceArn: arn, Policy: text}
		return func(w *world, code, text string) { refused(w, (*control.Service).PutResourcePolicy, r, code, text) }
	}
	const absent = "cluster-zzzzzzzzzzz"
	zone := region + "a"
	for _, tt := range []check{
		{"no type", create(control.CreateClusterRequest{SubnetIds: subnets}), validation, "Value null at 'hsmType'"},
		{"a type that is none", create(control.CreateClusterRequest{HsmType: "t3.micro", SubnetIds: subnets}), validation, "regular expression"},
		{"a type that there is not", create(control.CreateClusterRequest{HsmType: "hsm9.huge", SubnetIds: subnets}), invalidRequest, "Provided HsmType is not supported."},
		{"a type without its mode", create(control.CreateClusterRequest{HsmType: "hsm2m.medium", SubnetIds: subnets}), invalidRequest, "Mode is a required argument for this hsm type."},
		{"a mode that there is not", create(control.CreateClusterRequest{HsmType: "hsm1.medium", Mode: "FAST", SubnetIds: subnets}), validation, "FIPS, NON_FIPS"},
		{"a mode that the type has not", create(control.CreateClusterRequest{HsmType: "hsm1.medium", Mode: "NON_FIPS", SubnetIds: subnets}), invalidRequest, "NON_FIPS"},
		{"no subnets", create(control.CreateClusterRequest{HsmType: "hsm1.medium"}), validation, "'subnetIds'"},
		{"a subnet that there is not", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: []string{"subnet-12345678"}}), invalidRequest, "subnet-12345678"},
		{"a subnet of another region", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: elsewhere}), invalidRequest, elsewhere[0]},
		{"two subnets in a zone", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: []string{inMain, tiny}}), invalidRequest, "Only one subnet"},
		{"a backup that there is not", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets, SourceBackupId: "backup-zzzzzzzzzzz"}), resourceAbsent, "backup-zzzzzzzzzzz"},
		{"a retention in weeks", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets, BackupRetentionPolicy: &control.Retention{Type: "WEEKS", Value: "9"}}), validation, "DAYS"},
		{"too many tags", create(control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets, TagList: tag(51)}), validation, "'tagList'"},

		{"an HSM of no cluster", hsm(control.CreateHsmRequest{ClusterId: absent, AvailabilityZone: zone}), resourceAbsent, "does not exist"},
		{"a zone that is none", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: "here"}), validation, "regular expression pattern: [a-z]{2}"},
		{"a zone without a subnet", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: region + "f"}), invalidRequest, region + "f"},
		{"an address that is taken", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: zone, IpAddress: "10.0.2.9"}), invalidRequest, "in use"},
		{"an address of another subnet", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: zone, IpAddress: "10.0.3.12"}), invalidRequest, "10.0.3.12"},
		{"an address that is reserved", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: zone, IpAddress: "10.0.2.3"}), invalidRequest, "10.0.2.3"},
		{"an address that is none", hsm(control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: zone, IpAddress: "10.0.2.300"}), invalidRequest, "not valid"},

		{"no HSM", remove(control.DeleteHsmRequest{ClusterId: mainCluster}), invalidRequest, "Exactly one"},
		{"two names of an HSM", remove(control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: "hsm-aaaaaaaaaaa", EniIp: "10.0.2.9"}), invalidRequest, "Exactly one"},
		{"an HSM that there is not", remove(control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: "hsm-zzzzzzzzzzz"}), resourceAbsent, "hsm-zzzzzzzzzzz"},

		{"six days", modify("6"), invalidRequest, "between 7 and 379"},
		{"380 days", modify("380"), invalidRequest, "between 7 and 379"},
		{"days in words", modify("two"), validation, "'backupRetentionPolicy.value'"},

		{"a copy of nothing", copied("backup-zzzzzzzzzzz", "us-east-1"), resourceAbsent, "does not exist"},
		{"a copy to the same region", copied(seedBackup, region), invalidRequest, "differ"},
		{"a copy to another part of AWS", copied(seedBackup, "us-gov-west-1"), invalidRequest, "us-gov-west-1"},
		{"a copy to nowhere", copied(seedBackup, "moon"), validation, "regular expression"},

		{"tags of a cluster that there is not", tags(absent, tag(1)), resourceAbsent, "does not exist"},
		{"tags of a backup that there is not", tags("backup-zzzzzzzzzzz", tag(1)), resourceAbsent, "does not exist"},
		{"no tags", tags(mainCluster, []control.Tag{}), validation, "'tagList'"},
		{"tags of AWS", tags(mainCluster, []control.Tag{{Key: "aws:x"}}), "CloudHsmTagException", "reserved"},

		{"a policy of nothing", policy("arn:aws:cloudhsm:eu-west-1:111122223333:backup/backup-zzzzzzzzzzz", "{}"), resourceAbsent, "backup-zzzzzzzzzzz"},
		{"a policy of another region", policy("arn:aws:cloudhsm:eu-west-2:111122223333:backup/"+seedBackup, "{}"), resourceAbsent, "eu-west-2"},
		{"a policy that is none", policy("arn:aws:cloudhsm:eu-west-1:111122223333:backup/"+seedBackup, "{"), invalidRequest, "JSON"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := *w
			w.TB = t
			tt.do(&w, tt.code, tt.text)
		})
	}
	if diff := cmp.Diff(before, w.everything()); diff != "" {
		t.Errorf("something has changed:\n%s", diff)
	}
}

func TestQuotas(t *testing.T) {
	w := run(t, three)
	subnets := w.subnets(region)
	r := control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets}
	for range 3 {
		call(w, (*control.Service).CreateCluster, r)
	}
	refused(w, (*control.Service).CreateCluster, r, limitExceeded, "4")
	for i := range 3 {
		if h := w.createHSM(mainCluster, region+"a"); h.EniIp != fmt.Sprintf("10.0.2.%d", 4+i) {
			t.Errorf("HSM %d has the address %s", i, h.EniIp)
		}
	}
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: region + "a"}, limitExceeded, "6")
	var tags []control.Tag
	for i := range 50 {
		tags = append(tags, control.Tag{Key: fmt.Sprintf("key%02d", i), Value: "x"})
	}
	call(w, (*control.Service).TagResource, control.TagResourceRequest{ResourceId: mainCluster, TagList: tags})
	call(w, (*control.Service).TagResource, control.TagResourceRequest{ResourceId: mainCluster, TagList: []control.Tag{{Key: "key07", Value: "y"}}})
	refused(w, (*control.Service).TagResource, control.TagResourceRequest{ResourceId: mainCluster, TagList: []control.Tag{{Key: "more"}}}, limitExceeded, "50")
	tags[7].Value = "y"
	got := call(w, (*control.Service).ListTags, control.ListTagsRequest{ResourceId: mainCluster})
	if diff := cmp.Diff(tags, got.TagList); diff != "" {
		t.Error(diff)
	}
	call(w, (*control.Service).UntagResource, control.UntagResourceRequest{ResourceId: mainCluster, TagKeyList: []string{"key07", "absent"}})
	got = call(w, (*control.Service).ListTags, control.ListTagsRequest{ResourceId: mainCluster, MaxResults: new(10)})
	rest := call(w, (*control.Service).ListTags, control.ListTagsRequest{ResourceId: mainCluster, NextToken: got.NextToken})
	if len(got.TagList) != 10 || len(rest.TagList) != 39 || rest.NextToken != "" {
		t.Errorf("%d and %d tags", len(got.TagList), len(rest.TagList))
	}
}

func TestPoliciesOfBackupsAreKept(t *testing.T) {
	w := run(t, three)
	arn := w.backup(seedBackup).BackupArn
	call(w, (*control.Service).PutResourcePolicy, control.PutResourcePolicyRequest{ResourceArn: arn, Policy: `{"Version":"2012-10-17"}`})
	again := w.killed()
	if got := call(again, (*control.Service).GetResourcePolicy, control.ResourcePolicyRequest{ResourceArn: arn}); got.Policy != `{"Version":"2012-10-17"}` {
		t.Errorf("%+v", got)
	}
	if got := call(again, (*control.Service).DeleteResourcePolicy, control.ResourcePolicyRequest{ResourceArn: arn}); got.Policy == "" || got.ResourceArn != arn {
		t.Errorf("%+v", got)
	}
	if got := call(again, (*control.Service).GetResourcePolicy, control.ResourcePolicyRequest{ResourceArn: arn}); got.Policy != "" {
		t.Errorf("%+v", got)
	}
}

func TestAnHSMThatDoesNotAnswerIsDegradedAfterAWhile(t *testing.T) {
	w := run(t, three)
	for _, state := range []string{scenario.StateDown, scenario.StateRefused} {
		if err := w.lab.SetHSMState("10.0.3.11", state); err != nil {
			t.Fatal(err)
		}
		if got := w.states(mainCluster)["10.0.3.11"]; got != "ACTIVE" {
			t.Errorf("%s, at once: %s", state, got)
		}
		w.advance(15 * 60 * 1e9)
		if got := w.killed().states(mainCluster)["10.0.3.11"]; got != "DEGRADED" {
			t.Errorf("%s, a while later: %s", state, got)
		}
		if c, _ := w.service.Cluster(region, mainCluster); len(c.HSMs) != 2 {
			t.Errorf("KMS sees %+v", c.HSMs)
		}
		if err := w.lab.SetHSMState("10.0.3.11", scenario.StateSlow); err != nil {
			t.Fatal(err)
		}
		if got := w.states(mainCluster)["10.0.3.11"]; got != "ACTIVE" {
			t.Errorf("back again: %s", got)
		}
	}
	if err := w.lab.SetHSMState("10.0.3.11", scenario.StateDown); err != nil {
		t.Fatal(err)
	}
	call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: mainCluster, EniIp: "10.0.3.11"})
	w.settle()
	if got := w.states(mainCluster); len(got) != 2 {
		t.Errorf("%v", got)
	}
}
