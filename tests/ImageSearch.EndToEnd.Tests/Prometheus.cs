using System.Text.Json.Nodes;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The Prometheus of a running system.</summary>
internal sealed class Prometheus(HttpClient http)
{
    /// <summary>Null when it is installed, else what to do.</summary>
    public static string? Missing =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "prometheus"))) ? null
            : "Prometheus is not installed: apt-get install prometheus.";

    /// <summary>What the AppHost is told.</summary>
    public static string[] Arguments => Missing is null ? ["--prometheus"] : [];

    /// <returns>What it answers, which is no error.</returns>
    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }

    /// <returns>The series of an instant query.</returns>
    public async Task<JsonArray> QueryAsync(string query) => (await GetAsync($"query?query={Uri.EscapeDataString(query)}"))["result"]!.AsArray();

    public async Task<IReadOnlyList<string>> FiringAsync() => [.. (await GetAsync("alerts"))["alerts"]!.AsArray()
        .Where(alert => (string?)alert!["state"] == "firing").Select(alert => (string)alert!["labels"]!["alertname"]!)];
}
