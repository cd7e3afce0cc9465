using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>Prometheus as the AppHost runs it: every service is read, rules are calculated, and every query of a dashboard has an answer.</summary>
[Collection(nameof(BrokerSystem))]
public sealed partial class MonitoringTests(BrokerSystemFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Prometheus_ReadsEveryService_AndCalculatesEveryRule()
    {
        SkipIfMissing();
        string[] services = ["extractor-layout", "extractor-over-rpc", "index-layout-0", "index-layout-1", "index-over-rpc-0", "ingest", "web"];

        await Eventually.Succeeds(
            async () =>
            {
                Assert.Equal(services, (await fixture.Prometheus.QueryAsync("count by (service) (up == 1)")).Select(series => (string)series!["metric"]!["service"]!).Order());
                Assert.Equal(services, (await fixture.Prometheus.QueryAsync("imagesearch:service")).Select(series => (string)series!["metric"]!["service"]!).Order());
                var rules = (await fixture.Prometheus.GetAsync("rules"))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).ToList();
                Assert.NotEmpty(rules);
                Assert.All(rules, rule => Assert.Equal(("ok", ""), ((string?)rule!["health"], (string?)rule["lastError"] ?? "")));
            },
            Deadline);
    }

    [Fact]
    public async Task Dashboards_EveryQueryHasAnAnswer_OfMetricsThatThereAre()
    {
        SkipIfMissing();
        var picture = Pictures.Small(1, seed: 7_700_000).Single();
        await fixture.System.Api.UploadAsync([picture], "monitoring");
        await fixture.System.Api.WaitUntilIndexedAsync(1, BrokerSystemFixture.Rpc, Deadline, "monitoring");
        await fixture.System.Api.WaitUntilIndexedAsync(1, SqueezeNet.Layout, Deadline, "monitoring");
        var queries = Directory.GetFiles(Path.Combine(Projects.ImageSearch_AppHost.ProjectPath, "..", "deploy", "monitoring"), "grafana-*.json").SelectMany(QueriesOf).ToList();
        Assert.True(queries.Count > 20, $"only {queries.Count} queries were found");

        await Eventually.Succeeds(
            async () =>
            {
                await fixture.System.Api.SearchAsync(picture, SqueezeNet.Layout);
                // Of the model whose searches are all replayed.
                using var answer = await fixture.System.Api.Http.PostAsJsonAsync("/api/v1/search", new { imageId = picture.Id, model = BrokerSystemFixture.Rpc });
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
                var known = (await fixture.Prometheus.GetAsync("label/__name__/values")).AsArray().Select(name => (string)name!).ToHashSet();
                foreach (var query in queries)
                {
                    Assert.All(MetricsOf(query), name => Assert.True(known.Contains(name), $"no service has {name}, which is in: {query}"));
                    Assert.True((await fixture.Prometheus.QueryAsync(query)).Count > 0, $"no answer: {query}");
                }
            },
            Deadline);
    }

    private static void SkipIfMissing()
    {
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        Assert.SkipWhen(Prometheus.Missing is not null, Prometheus.Missing ?? "");
    }

    private static IEnumerable<string> QueriesOf(string file) => JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray()
        .SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!);

    /// <summary>What is neither a label, a range, a function nor an operator.</summary>
    private static IEnumerable<string> MetricsOf(string query) => Name().Matches(NoMetric().Replace(query, " ")).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring)\s*\([^)]*\)|\b(and|or|unless|offset|bool)\b|\w+\s*(?=\(|by\b)|\b\d[\w.]*")]
    private static partial Regex NoMetric();

    [GeneratedRegex("[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Name();
}
