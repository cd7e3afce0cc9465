using System.Diagnostics;
using System.Text.RegularExpressions;
using ImageSearch.AppHost.Monitoring;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests.Monitoring;

/// <summary>What Prometheus is given, looked at by its own <c>promtool</c>.</summary>
public sealed partial class PrometheusTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Projects.ImageSearch_AppHost.ProjectPath, "..", "deploy", "monitoring"));

    [Fact]
    public Task Alerts_FireWhenTheyShould_AndNotBefore() => PromtoolAsync("test", "rules", Path.Combine(Folder, "rules.test.yml"));

    [Fact]
    public async Task Alerts_EachHasItsCaseAndItsParagraph()
    {
        var alerts = Alert().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "rules.yml"))).Select(match => match.Groups[1].Value).ToList();
        var tests = await File.ReadAllTextAsync(Path.Combine(Folder, "rules.test.yml"));
        var operations = await File.ReadAllTextAsync(Path.Combine(Folder, "..", "..", "docs", "operations.md"));

        Assert.True(alerts.Count > 8);
        Assert.All(alerts, alert => Assert.Matches($"alertname: {alert}\n +exp_alerts:\n", tests));
        Assert.All(alerts, alert => Assert.Contains($"\n- **{alert}.** ", operations, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "key")]
    [InlineData(false, null)]
    public async Task Configuration_OfAddressesOrNames_IsValid(bool addresses, string? key)
    {
        string[] Of(params string[] some) => addresses ? some : [];
        ScrapeTarget[] targets =
        [
            new("web", "web", Of("localhost:8080")) { Name = "web-pods" },
            new("index", "index-m-0", Of("localhost:1", "localhost:2")),
            new("index", "index-m-1", Of("localhost:3")),
            new("rabbitmq", "rabbitmq", Of("localhost:4")) { Port = 15692 },
        ];
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("key"), "secret");
        await File.WriteAllTextAsync(directory.Combine("topology.yml"), PrometheusFiles.Rules(targets));
        await File.WriteAllTextAsync(
            directory.Combine("prometheus.yml"), PrometheusFiles.Configure(targets, 5, ["topology.yml", Path.Combine(Folder, "rules.yml")], key));

        var said = await PromtoolAsync("check", "config", directory.Combine("prometheus.yml"));

        Assert.Contains("3 rules found", said, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(directory.Combine("prometheus.yml"));
        Assert.Equal(key is null ? 0 : 1, Regex.Count(written, "credentials_file"));
        Assert.Equal(addresses ? 0 : 4, Regex.Count(written, "type: A"));
    }

    [Fact]
    public void Options_SwitchWithoutAValue_TakesNoOthers()
    {
        Assert.Equal(["--prometheus=true", "--port", "80"], AppHostOptions.WithValues(["--prometheus", "--port", "80"]));
        Assert.Equal(["--prometheus", "false"], AppHostOptions.WithValues(["--prometheus", "false"]));
        Assert.Equal(["--prometheus=true"], AppHostOptions.WithValues(["--prometheus"]));
    }

    private static async Task<string> PromtoolAsync(params string[] arguments)
    {
        Assert.SkipWhen(ServerPrograms.OnPath("promtool") is null, "promtool is not installed: apt-get install prometheus.");
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}{await error}");
        return output + await error;
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();
}
