using k8s;

namespace ImageSearch.AppHost.Cluster;

/// <summary>Writes the overlay as a step of Aspire's pipeline: <c>--publisher overlay</c>, or <c>aspire do publish-overlay</c>.</summary>
internal static class OverlayPublisher
{
    public const string Publisher = "overlay";

    private const string Step = "publish-overlay";
    private const string Header = "# Written by: dotnet run --project ImageSearch.AppHost -- --publisher overlay\n";

    /// <summary>Aspire's own words for a publisher of this name.</summary>
    public static string[] Arguments(string[] args)
    {
        string[] ours = ["--operation", "publish", "--step", Step];
        var i = Array.IndexOf(args, "--publisher");
        return args.ElementAtOrDefault(i + 1) == Publisher && i >= 0 ? [.. args[..i], .. ours, .. args[(i + 2)..]]
            : [.. args.SelectMany(argument => argument == $"--publisher={Publisher}" ? ours : [argument])];
    }

    public static void AddOverlay(this IDistributedApplicationBuilder builder, Topology topology)
    {
        var directory = builder.Configuration["output-path"] is { Length: > 0 } path
            ? Path.GetFullPath(path)
            : Path.GetFullPath("../deploy/overlay", builder.AppHostDirectory);
#pragma warning disable ASPIREPIPELINES001 // Aspire may still change its pipelines
        builder.Pipeline.AddStep(Step, async context =>
        {
            var references = await References.ReadAsync(
                context.Model, Overlay.Elsewhere(topology), context.ExecutionContext, context.CancellationToken);
            var overlay = new Overlay(topology, references);
            foreach (var folder in new[] { "patches", PrometheusPod.Folder }.Select(name => Path.Combine(directory, name)))
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                Directory.CreateDirectory(folder);
            }

            foreach (var (file, objects) in overlay.Files())
            {
                var text = string.Join("---\n", objects.Select(one => $"{KubernetesYaml.Serialize(one).TrimEnd()}\n"));
                await File.WriteAllTextAsync(Path.Combine(directory, file), Header + text, context.CancellationToken);
            }

            foreach (var (file, text) in overlay.Prometheus())
            {
                await File.WriteAllTextAsync(Path.Combine(directory, file), Header + text, context.CancellationToken);
            }

            await File.WriteAllTextAsync(
                Path.Combine(directory, "secrets.env.example"),
                string.Concat(overlay.Secrets().Select(secret => $"{secret}=\n")), context.CancellationToken);
            foreach (var warning in topology.Warnings())
            {
                await Console.Out.WriteLineAsync($"warning: {warning}");
            }
        });
#pragma warning restore ASPIREPIPELINES001
    }
}
