using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace ImageSearch.Web.Tests.Support;

/// <summary>One Chromium for all browser tests, started by the first of them.</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    /// <summary>The shell is the same engine without the browser's own windows: a page costs half of the time.</summary>
    private static readonly string[] Executables = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    /// <summary>Milliseconds that a page may take to show something: generous, because machines that test are busy.</summary>
    public const int Deadline = 20_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Skips the test where there is no browser, unless in CI, where one has to be.</summary>
    public async Task<IBrowser> GetAsync()
    {
        var executable = Array.Find(Executables, File.Exists);
        Assert.SkipUnless(
            executable is not null || Environment.GetEnvironmentVariable("CI") == "true",
            $"There is no {Executables[0]}: install it (apt-get install chromium-headless-shell) to run the browser tests.");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Assertions.SetDefaultExpectTimeout(Deadline);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Args = Arguments });
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A window, or several, with cookies of their own.</summary>
    public async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options)
    {
        var context = await (await GetAsync()).NewContextAsync(options);
        context.SetDefaultTimeout(Deadline);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }
}
