using System.Text.Json;
using Microsoft.Playwright;

namespace ImageSearch.Web.Tests.Support;

/// <summary>What axe-core (npm, tests only) finds wrong with a page as it is now: WCAG 2.2 A and AA, and what it calls best practice.</summary>
internal static class AxeCheck
{
    private static readonly Lazy<string?> Script = new(Read);

    /// <summary>Fails with every finding and where it is; skips where axe-core was not restored, unless in CI.</summary>
    /// <param name="where">What the page shows, for the message.</param>
    public static async Task IsAccessibleAsync(IPage page, string where)
    {
        Assert.SkipUnless(
            Script.Value is not null || Environment.GetEnvironmentVariable("CI") == "true",
            "axe-core is not installed: npm ci --ignore-scripts restores it.");
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync($"() => {{ {Script.Value} }}");
        }

        // What fades in has no final colour yet; what moves for as long as it is shown is judged as it is.
        await page.EvaluateAsync(
            """
            () => Promise.all(document.getAnimations()
              .filter(animation => animation.effect.getComputedTiming().endTime < Infinity)
              .map(animation => animation.finished.catch(() => {})))
            """);

        // preload would fetch the style sheets anew, for rules that are not among these.
        var findings = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
              resultTypes: ['violations'],
              preload: false,
            })).violations.flatMap(({ id, impact, help, nodes }) => nodes.map(node =>
              `${id} (${impact}): ${help} at ${node.target.join(' ')}: ${node.failureSummary.replaceAll(/\s+/g, ' ')}`))
            """);
        Assert.True(findings.GetArrayLength() == 0, $"{where} is not accessible:\n{string.Join('\n', findings.EnumerateArray().Select(finding => finding.GetString()))}");
    }

    private static string? Read()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "node_modules", "axe-core", "axe.min.js");
            if (File.Exists(path))
            {
                return File.ReadAllText(path);
            }
        }

        return null;
    }
}
