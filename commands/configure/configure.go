// Package configure is the SDK 3 tool of that name: it writes the addresses of HSMs and the paths of the
// client certificate into the two files of etc/. It knows its options and which file each of them changes;
// how the files look is known to package config, and how an HSM is asked only to its caller.
package configure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/config"
)

// Env is what one call of the tool sees of the world.
type Env struct {
	Args           []string // without the name of the program
	Prefix         string   // the place of bin/ and etc/; empty for config.DefaultPrefix
	Stdout, Stderr io.Writer

	// Members asks the HSM at an address for the members of its cluster, for --cmu.
	Members func(ctx context.Context, address string) ([]config.Member, error)
}

// Main runs the tool and returns its exit status: 0, or 1 after an error, which changes nothing.
func Main(ctx context.Context, e Env) int {
	run, values, err := parse(e.Args)
	if err != nil {
		fmt.Fprintf(e.Stderr, textMisused, err, help())
		return 1
	}
	if err := run(ctx, e, values); err != nil {
		fmt.Fprintf(e.Stderr, textFailed, err)
		return 1
	}
	return 0
}

// An action does what one option asks for. It checks everything before it changes anything.
type action func(ctx context.Context, e Env, values given) error

func printHelp(_ context.Context, e Env, _ given) error {
	_, err := io.WriteString(e.Stdout, help())
	return err
}

// setAddress is -a: one HSM in both files.
func setAddress(_ context.Context, e Env, values given) error {
	client, management, err := readBoth(e.Prefix)
	if err != nil {
		return err
	}
	address := values["-a"]
	client.SetHostname(address)
	management.SetServers([]config.Host{{Address: address}})
	if err := config.WriteBoth(e.Prefix, client, management); err != nil {
		return err
	}
	announceBoth(e, textUpdatingServer)
	return nil
}

// setMembers is -m: the management file gets the node list of the client daemon.
func setMembers(_ context.Context, e Env, values given) error {
	daemon := 1
	if number, ok := values["-i"]; ok {
		daemon, _ = strconv.Atoi(number) // the table of options has checked it
	}
	path := config.ClusterInfoPath(e.Prefix, daemon)
	members, err := config.ReadClusterInfo(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf(textDaemonHasNotRun, err)
	}
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return fmt.Errorf(textNoMembers, path)
	}
	management, err := config.ReadManagement(config.ManagementPath(e.Prefix))
	if err != nil {
		return err
	}
	management.SetServers(hosts(members))
	if err := management.Write(config.ManagementPath(e.Prefix)); err != nil {
		return err
	}
	announceCluster(e)
	return nil
}

// setClusterMembers is --cmu: -a and -m in one, with the members from the HSM itself.
func setClusterMembers(ctx context.Context, e Env, values given) error {
	client, management, err := readBoth(e.Prefix)
	if err != nil {
		return err
	}
	address := values["--cmu"]
	members, err := e.Members(ctx, address)
	if err != nil {
		return fmt.Errorf(textNoAnswer, address, err)
	}
	if len(members) == 0 {
		return fmt.Errorf(textHSMNoMembers, address)
	}
	if err := config.CheckMembers(members); err != nil {
		return fmt.Errorf(textHSMBadMembers, address, err)
	}
	client.SetHostname(address)
	management.SetServers(hosts(members))
	if err := config.WriteBoth(e.Prefix, client, management); err != nil {
		return err
	}
	announceBoth(e, textUpdatingServer)
	announceCluster(e)
	return nil
}

// setCertificate is --ssl: another client certificate in both files. The paths are stored as absolute ones,
// since the tools that read them run in other directories.
func setCertificate(_ context.Context, e Env, values given) error {
	pkey, err := existingFile(values["--pkey"])
	if err != nil {
		return err
	}
	certificate, err := existingFile(values["--cert"])
	if err != nil {
		return err
	}
	client, management, err := readBoth(e.Prefix)
	if err != nil {
		return err
	}
	client.SetCertificate(certificate, pkey)
	management.SetCertificate(certificate, pkey)
	if err := config.WriteBoth(e.Prefix, client, management); err != nil {
		return err
	}
	announceBoth(e, textUpdatingSSL)
	return nil
}

// existingFile returns the absolute path of a file that is there.
func existingFile(path string) (string, error) {
	info, err := os.Stat(path)
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return "", fmt.Errorf(textBadFile, path, pathError.Err)
	}
	if err != nil {
		return "", fmt.Errorf(textBadFile, path, err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf(textBadFile, path, errors.New(textNotRegular))
	}
	return filepath.Abs(path)
}

func readBoth(prefix string) (*config.Client, *config.Management, error) {
	client, err := config.ReadClient(config.ClientPath(prefix))
	if err != nil {
		return nil, nil, err
	}
	management, err := config.ReadManagement(config.ManagementPath(prefix))
	if err != nil {
		return nil, nil, err
	}
	return client, management, nil
}

func hosts(members []config.Member) []config.Host {
	list := make([]config.Host, len(members))
	for i, m := range members {
		list[i].Address = m.Address
	}
	return list
}

func announceBoth(e Env, text string) {
	fmt.Fprintf(e.Stdout, text, config.ClientPath(e.Prefix))
	fmt.Fprintf(e.Stdout, text, config.ManagementPath(e.Prefix))
}

func announceCluster(e Env) {
	fmt.Fprintf(e.Stdout, textUpdatingCluster, config.ManagementPath(e.Prefix))
}
