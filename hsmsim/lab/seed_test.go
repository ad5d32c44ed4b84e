package lab_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudhsmv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// made matches everything that the world makes up.
var made = regexp.MustCompile(`\b(cluster|hsm|backup|subnet|eni|sg|sgr|vpc|acl|cks|mrk)-[0-9a-z]{8,}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{64}\b`)

// names are all made-up names in what an operation answers, in their order.
func names(answers ...any) []string {
	var list []string
	for _, a := range answers {
		text, err := json.Marshal(a)
		if err != nil {
			panic(err)
		}
		list = append(list, made.FindAllString(string(text), -1)...)
	}
	return list
}

// step is a command and what it makes up.
type step struct {
	name string
	do   func(w *trainer) (any, error)
}

// steps make one thing of each kind, or more, beside the failures that do not count.
func steps() []step {
	store, key := aws.String(guideStore), ""
	region := &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: "eu-west-1"}}
	var cluster, group string
	return []step{
		{"the network", func(w *trainer) (any, error) {
			return w.lab.Network().DescribeNetworkInterfaces(w.ctx, region, control.DescribeNetworkInterfacesRequest{})
		}},
		{"the cluster", func(w *trainer) (any, error) {
			return w.hsm.DescribeClusters(w.ctx, &cloudhsmv2.DescribeClustersInput{})
		}},
		{"a key", func(w *trainer) (any, error) {
			made, err := w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{})
			if err == nil {
				key = *made.KeyMetadata.KeyId
			}
			return made, err
		}},
		{"a key of many regions", func(w *trainer) (any, error) {
			return w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{MultiRegion: aws.Bool(true)})
		}},
		{"a key that cannot be", func(w *trainer) (any, error) {
			w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{MultiRegion: aws.Bool(true), Origin: kmstypes.OriginTypeAwsCloudhsm, CustomKeyStoreId: store})
			return nil, nil
		}},
		{"a key in the HSMs", func(w *trainer) (any, error) {
			return w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{Origin: kmstypes.OriginTypeAwsCloudhsm, CustomKeyStoreId: store})
		}},
		{"its backing key", func(w *trainer) (any, error) {
			in := &cloudtrail.LookupEventsInput{LookupAttributes: []trailtypes.LookupAttribute{{
				AttributeKey: trailtypes.LookupAttributeKeyEventName, AttributeValue: aws.String("CreateKey")}}}
			r, err := w.trail.LookupEvents(w.ctx, in)
			for tries := 0; err != nil && tries < 3; tries++ { // the SDK may lose its own connection while it reads
				r, err = w.trail.LookupEvents(w.ctx, in)
			}
			if err != nil {
				return nil, err
			}
			for _, e := range r.Events {
				if id := regexp.MustCompile(`backingKeyId[^0-9a-f]+([0-9a-f]{64})`).FindStringSubmatch(*e.CloudTrailEvent); id != nil {
					return id[1], nil
				}
			}
			return nil, errors.New("there is no event with it")
		}},
		{"a grant", func(w *trainer) (any, error) {
			g, err := w.kms.CreateGrant(w.ctx, &kms.CreateGrantInput{KeyId: &key, GranteePrincipal: aws.String("arn:aws:iam::111122223333:user/Bob"),
				Operations: []kmstypes.GrantOperation{kmstypes.GrantOperationDecrypt}})
			if err != nil {
				return nil, err
			}
			return g.GrantId, nil
		}},
		{"another material", func(w *trainer) (any, error) {
			return w.kms.RotateKeyOnDemand(w.ctx, &kms.RotateKeyOnDemandInput{KeyId: &key})
		}},
		{"its id", func(w *trainer) (any, error) {
			return w.kms.ListKeyRotations(w.ctx, &kms.ListKeyRotationsInput{KeyId: &key})
		}},
		{"a subnet", func(w *trainer) (any, error) {
			all, err := w.lab.Network().DescribeSubnets(w.ctx, region, control.DescribeSubnetsRequest{})
			if err != nil {
				return nil, err
			}
			return w.lab.Network().CreateSubnet(w.ctx, region, control.CreateSubnetRequest{VpcId: all.Subnets[0].VpcId, CidrBlock: "10.0.99.0/24"})
		}},
		{"an interface", func(w *trainer) (any, error) {
			return w.lab.Network().CreateNetworkInterface(w.ctx, region, control.CreateNetworkInterfaceRequest{SubnetId: "subnet-0000000d"})
		}},
		{"interfaces that fill a subnet", func(w *trainer) (any, error) {
			if err := w.lab.AddFault(parseFault("full subnet-0000000d")); err != nil {
				return nil, err
			}
			return w.lab.Network().DescribeNetworkInterfaces(w.ctx, region, control.DescribeNetworkInterfacesRequest{})
		}},
		{"a cluster", func(w *trainer) (any, error) {
			c, err := w.hsm.CreateCluster(w.ctx, &cloudhsmv2.CreateClusterInput{HsmType: aws.String("hsm1.medium"), SubnetIds: []string{"subnet-0000000a"}})
			if err == nil {
				cluster, group = *c.Cluster.ClusterId, *c.Cluster.SecurityGroup
			}
			return c, err
		}},
		{"a rule", func(w *trainer) (any, error) {
			if _, err := w.lab.Network().AuthorizeSecurityGroupIngress(w.ctx, region, control.SecurityGroupRulesRequest{GroupId: group, IpProtocol: "tcp",
				FromPort: aws.Int(22), ToPort: aws.Int(22), CidrIp: "10.0.0.0/8"}); err != nil {
				return nil, err
			}
			return w.lab.Network().DescribeSecurityGroups(w.ctx, region, control.DescribeSecurityGroupsRequest{})
		}},
		{"an HSM where none can be", func(w *trainer) (any, error) {
			w.hsm.CreateHsm(w.ctx, &cloudhsmv2.CreateHsmInput{ClusterId: aws.String(guideCluster), AvailabilityZone: aws.String("eu-west-1d")})
			return nil, nil
		}},
		{"an HSM, and the backup that it is made of", func(w *trainer) (any, error) {
			h, err := w.hsm.CreateHsm(w.ctx, &cloudhsmv2.CreateHsmInput{ClusterId: aws.String(guideCluster), AvailabilityZone: aws.String("eu-west-1b")})
			if err != nil {
				return nil, err
			}
			w.advance(time.Hour)
			backups, err := w.hsm.DescribeBackups(w.ctx, &cloudhsmv2.DescribeBackupsInput{})
			return []any{h.Hsm.HsmId, h.Hsm.EniId, backups.Backups[0].BackupId}, err
		}},
		{"the first HSM of a cluster", func(w *trainer) (any, error) {
			h, err := w.hsm.CreateHsm(w.ctx, &cloudhsmv2.CreateHsmInput{ClusterId: &cluster, AvailabilityZone: aws.String("eu-west-1a")})
			if err != nil {
				return nil, err
			}
			return []any{h.Hsm.HsmId, h.Hsm.EniId}, nil
		}},
		{"a day's backups", func(w *trainer) (any, error) {
			w.advance(24 * time.Hour)
			return w.hsm.DescribeBackups(w.ctx, &cloudhsmv2.DescribeBackupsInput{})
		}},
		{"a key store that is connected again", func(w *trainer) (any, error) {
			if _, err := w.kms.DisconnectCustomKeyStore(w.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: store}); err != nil {
				return nil, err
			}
			w.advance(time.Hour)
			must(w.T, w.lab.ClearFaults(""))
			if _, err := w.kms.ConnectCustomKeyStore(w.ctx, &kms.ConnectCustomKeyStoreInput{CustomKeyStoreId: store}); err != nil {
				return nil, err
			}
			w.advance(time.Hour)
			return w.lab.Network().DescribeNetworkInterfaces(w.ctx, region, control.DescribeNetworkInterfacesRequest{})
		}},
		{"another key", func(w *trainer) (any, error) { return w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{}) }},
		{"another region's network", func(w *trainer) (any, error) {
			return w.lab.Network().DescribeSubnets(w.ctx, &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: "us-west-2"}}, control.DescribeSubnetsRequest{})
		}},
	}
}

// playSteps does all steps and gives what was made up in each; restarts are the steps before which the lab is started again.
func playSteps(t *testing.T, scenario string, restarts ...int) map[string][]string {
	t.Helper()
	w := train(t, labtest.Home(t, scenario))
	all := map[string][]string{}
	for i, s := range steps() {
		if slices.Contains(restarts, i) {
			must(t, w.lab.Close())
			w = train(t, w.home)
		}
		answer, err := s.do(w)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		all[s.name] = names(answer)
	}
	return all
}

func TestWorldsOfOneSeedMakeUpTheSame(t *testing.T) {
	seeded := func(n int) string {
		return fmt.Sprintf("seed: %d\n", n) + strings.Replace(faulty, "kms:\n", "kms:\n  edition: current\n", 1)
	}
	first := playSteps(t, seeded(1))
	everyOther := make([]int, 0, len(steps()))
	for i := range steps() {
		everyOther = append(everyOther, i)
	}
	if diff := cmp.Diff(first, playSteps(t, seeded(1), everyOther...)); diff != "" {
		t.Errorf("with restarts the same seed makes up (-first +second)\n%s", diff)
	}
	second := playSteps(t, seeded(2))
	none := playSteps(t, seeded(0))
	given := regexp.MustCompile(guideCluster + "|" + guideStore + "|" + guideKey + `|subnet-0000000[abcd]`)
	stable := regexp.MustCompile(`^(vpc|acl|subnet|sg|eni)-`) // without a seed the same everywhere
	for name, list := range first {
		if len(list) == 0 && !strings.Contains(name, "can") {
			t.Errorf("%s: nothing is made up", name)
		}
		for _, made := range list {
			if given.MatchString(made) {
				continue
			}
			if slices.Contains(second[name], made) {
				t.Errorf("%s: two seeds make up %s", name, made)
			}
			if slices.Contains(none[name], made) && !stable.MatchString(made) {
				t.Errorf("%s: a seed and none make up %s", name, made)
			}
		}
	}
	kinds := map[string]bool{}
	for _, list := range first {
		for _, made := range list {
			kind, _, _ := strings.Cut(made, "-")
			kinds[kind] = true
		}
	}
	for _, kind := range []string{"cluster", "hsm", "backup", "subnet", "eni", "sg", "vpc", "mrk"} {
		if !kinds[kind] {
			t.Errorf("nothing of the kind %s was made", kind)
		}
	}
}
