using System.Globalization;

namespace ImageSearch.Benchmarks;

/// <summary>Memory of a process as Linux counts it; 0 elsewhere.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident and backed by no file: what is mapped from one is not a second copy.</summary>
    public static long AnonymousBytes(string process = "self") => Field(process, "RssAnon:");

    /// <summary>Resident pages of mapped files.</summary>
    public static long FileBytes(string process = "self") => Field(process, "RssFile:");

    private static long Field(string process, string name)
    {
        var path = $"/proc/{process}/status";
        return File.Exists(path)
            ? File.ReadLines(path).Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).FirstOrDefault()
            : 0;
    }
}
