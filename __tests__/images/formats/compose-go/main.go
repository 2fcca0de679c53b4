// Prints the images that `docker compose config --images` names, by the library that Docker Compose
// itself reads its files with: compose-go [--profile NAME]… FILE…
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

type names []string

func (n *names) String() string { return fmt.Sprint(*n) }

func (n *names) Set(name string) error {
	*n = append(*n, name)
	return nil
}

func main() {
	var profiles, envFiles names
	flag.Var(&profiles, "profile", "a profile")
	flag.Var(&envFiles, "env-file", "an environment file")
	flag.Parse()
	logrus.SetLevel(logrus.ErrorLevel)
	if err := run(flag.Args(), profiles, envFiles); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run does what the command does: environment, environment files, profiles, project.
func run(files, profiles, envFiles []string) error {
	options, err := cli.NewProjectOptions(files,
		cli.WithOsEnv,
		cli.WithEnvFiles(envFiles...),
		cli.WithDotEnv,
		cli.WithDefaultProfiles(profiles...),
	)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	for _, service := range project.Services {
		printImages(service, project.Name)
	}
	return nil
}

func printImages(service types.ServiceConfig, project string) {
	image := service.Image
	if image == "" {
		image = project + "-" + service.Name
	}
	fmt.Println(image)
	for _, hook := range service.PreStart {
		if hook.Image != "" && hook.Image != image {
			fmt.Println(hook.Image)
		}
	}
}
