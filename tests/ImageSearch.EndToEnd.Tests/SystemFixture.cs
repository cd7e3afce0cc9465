using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The default topology, empty, with one folder that imports are allowed from.</summary>
public abstract class SystemFixture(TestBackend backend) : IAsyncLifetime
{
    private readonly TemporaryDirectory _folders = new();
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    internal string FolderRoot => Directory.CreateDirectory(Path.Combine(_folders.Path, "allowed")).FullName;

    /// <summary>Beside the allowed folder: nothing in it may be imported.</summary>
    internal string OutsideRoot => Directory.CreateDirectory(Path.Combine(_folders.Path, "outside")).FullName;

    public async ValueTask InitializeAsync()
    {
        if (backend.Missing is null)
        {
            _system = await RunningSystem.StartAsync(["--folder-root", FolderRoot, .. await backend.AddSystemAsync()]);
        }
    }

    public bool IsMissing => backend.Missing is not null;

    /// <summary>To be called first by every test.</summary>
    public void SkipIfMissing() => Assert.SkipWhen(backend.Missing is not null, backend.Missing ?? "");

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        _folders.Dispose();
        GC.SuppressFinalize(this);
    }
}
