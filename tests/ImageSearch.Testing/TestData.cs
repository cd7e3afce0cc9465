namespace ImageSearch.Testing;

/// <summary>
/// Photographs and a pretrained network that are not part of the repository. <c>IMAGESEARCH_TESTDATA</c> names the folder that has
/// <c>images/*.JPEG</c>, <c>models/squeezenet.onnx</c>, <c>caltech101/</c> and <c>cases/</c>; tests that need them are skipped without.
/// </summary>
public static class TestData
{
    public const string Variable = "IMAGESEARCH_TESTDATA";

    private const string How =
        $"Set {Variable} to a folder with images/*.JPEG (photographs) and models/squeezenet.onnx (SqueezeNet 1.0 or 1.1 from the ONNX model zoo) to run this test.";

    private static readonly string? Root = Environment.GetEnvironmentVariable(Variable);

    /// <summary>All photographs, in ordinal order of their names.</summary>
    public static IReadOnlyList<string> Images { get; } = Root is not null && Directory.Exists(Path.Combine(Root, "images"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Root, "images"), "*.JPEG").Order(StringComparer.Ordinal)]
        : [];

    public static string SqueezeNet => Path.Combine(Root ?? "", "models", "squeezenet.onnx");

    /// <summary>Photographs of one subject, of <c>caltech101/</c>; skips the test where they are not there.</summary>
    public static IReadOnlyList<string> Subject(string name)
    {
        var path = Path.Combine(Root ?? "", "caltech101", name);
        Assert.SkipUnless(Directory.Exists(path), $"Set {Variable} to a folder with caltech101/{name}/*.jpg (Caltech-101) to run this test.");
        return [.. Directory.EnumerateFiles(path, "*.jpg").Order(StringComparer.Ordinal)];
    }

    /// <summary>A small file of <c>cases/</c>, which a decoder got wrong once; skips the test where it is not there.</summary>
    public static byte[] Case(string name)
    {
        var path = Path.Combine(Root ?? "", "cases", name);
        Assert.SkipUnless(File.Exists(path), $"Set {Variable} to a folder with cases/{name} to run this test.");
        return File.ReadAllBytes(path);
    }

    public static bool IsAvailable => Images.Count > 0 && File.Exists(SqueezeNet);

    /// <summary>Skips the test, with a reason that tells how to get the data.</summary>
    public static void SkipIfMissing() => Assert.SkipUnless(IsAvailable, How);
}
