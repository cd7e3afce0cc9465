using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The default topology, empty, with one folder that imports are allowed from.</summary>
public sealed class DefaultSystemFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _folders = new();
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    internal string FolderRoot => Directory.CreateDirectory(Path.Combine(_folders.Path, "allowed")).FullName;

    /// <summary>Beside the allowed folder: nothing in it may be imported.</summary>
    internal string OutsideRoot => Directory.CreateDirectory(Path.Combine(_folders.Path, "outside")).FullName;

    public async ValueTask InitializeAsync() => _system = await RunningSystem.StartAsync("--folder-root", FolderRoot);

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        _folders.Dispose();
    }
}
