using System.Collections.Concurrent;
using ImageSearch.Testing;
using Microsoft.Playwright;

namespace ImageSearch.Web.Tests.Support;

/// <summary>A test that drives a browser, with a system and a window of its own. It fails on every console error, CSP violations among them.</summary>
public abstract class BrowserTest(BrowserFixture fixture) : ApiTest
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<IBrowserContext> _contexts = [];

    protected IPage Page { get; private set; } = null!;

    /// <summary>Errors that a test provokes on purpose: parts of their texts.</summary>
    protected IList<string> Expected { get; } = [];

    protected ILocator Tiles => Page.Locator("#results .tile");

    protected ILocator Status => Page.Locator("#status");

    protected ILocator Problem => Page.Locator("#problem");

    public override async ValueTask InitializeAsync()
    {
        await fixture.GetAsync(); // skips the test before anything is started for it
        await base.InitializeAsync();
        Page = await OpenAsync(new BrowserNewContextOptions());
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        await base.DisposeAsync();
        Assert.DoesNotContain(_complaints, complaint => !Expected.Any(complaint.Contains));
        GC.SuppressFinalize(this);
    }

    /// <summary>A window of another size or colour scheme.</summary>
    protected async Task<IPage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light) => await OpenAsync(
        new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });

    /// <summary>Puts a file into the page as a person's drop or paste would.</summary>
    protected async Task GiveAsync(string kind, byte[] content, string name) => await Page.EvaluateAsync(
        """
        ([kind, bytes, name]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type: 'image/png' }));
          const target = kind === 'paste' ? document.body : document.getElementById('dropzone');
          if (kind === 'paste') {
            target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }));
          } else {
            for (const type of ['dragenter', 'dragover', 'drop']) {
              target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }
          }
        }
        """,
        new object[] { kind, Convert.ToBase64String(content), name });

    /// <summary>The element has the focus of its page; whether the window has that of the desk is none of the test's business.</summary>
    protected static Task HasFocusAsync(ILocator element) =>
        Eventually.BecomesTrue(() => element.EvaluateAsync<bool>("element => element === document.activeElement"), cancellationToken: Token);

    protected static FilePayload Payload(byte[] content, string name) => new() { Name = name, MimeType = "image/png", Buffer = content };

    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = Http.BaseAddress!.ToString();
        var context = await fixture.OpenAsync(options);
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"uncaught: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } uri && uri.Authority != Http.BaseAddress.Authority)
            {
                _complaints.Enqueue($"loaded from elsewhere: {request.Url}");
            }
        };
        return page;
    }
}
