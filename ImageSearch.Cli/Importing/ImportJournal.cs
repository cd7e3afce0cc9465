using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageSearch.Cli.Importing;

/// <summary>
/// What an import has already sent, in a small file, so that the same command goes on after it was stopped: a line of 16 digits for each
/// file, made from its path, length and time, so that a changed file is sent again. Lines that are cut off are of no file.
/// </summary>
internal sealed class ImportJournal : IDisposable
{
    private const string Header = "imagesearch import 1";
    private const int KeyDigits = 16;

    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();
    private readonly StreamWriter _writer;
    private readonly string _path;

    private ImportJournal(string path, bool fresh)
    {
        _path = path;
        var known = !fresh && File.Exists(path) ? File.ReadAllLines(path) : [];
        if (known.Length > 0 && known[0] != Header)
        {
            throw new UsageException($"The file {path} is not the state of an import: name another with --state.");
        }

        _sent.UnionWith(known.Skip(1).Where(line => line.Length == KeyDigits));
        // Written on behind what is there, on a line of its own: the last one may have been cut off.
        _writer = new StreamWriter(path, append: known.Length > 0);
        _writer.WriteLine(known.Length > 0 ? "" : Header);
        _writer.Flush();
    }

    /// <param name="path">Null: a place for this import among the user's own state.</param>
    /// <param name="identity">What makes it this import: where from and where to.</param>
    public static ImportJournal Open(string? path, IEnumerable<string> identity, bool fresh)
    {
        if (path is null)
        {
            var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
                ? state
                : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            path = Path.Combine(
                home.Length > 0 ? home : Path.GetTempPath(), "imagesearch", $"import-{Key(string.Join('\n', identity))}.state");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new ImportJournal(path, fresh);
    }

    public bool Contains(LocalFile file) => _sent.Contains(Key(file));

    public void Add(IEnumerable<LocalFile> files)
    {
        lock (_writing)
        {
            foreach (var file in files)
            {
                _writer.WriteLine(Key(file));
            }

            _writer.Flush();
        }
    }

    /// <summary>The import is done: the next one begins at the beginning.</summary>
    public void Complete()
    {
        _writer.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _writer.Dispose();

    private static string Key(LocalFile file) =>
        Key(string.Create(CultureInfo.InvariantCulture, $"{file.Path}\n{file.Length}\n{file.ChangedAt.Ticks}"));

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyDigits];
}
