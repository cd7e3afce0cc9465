using ImageSearch.Extractor.Models;
using ImageSearch.Testing;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.Extractor.Tests.Models;

public sealed class OnnxModelTests
{
    [Fact]
    public void Load_DynamicBatch_RunsAnyNumber()
    {
        using var model = Load(Declarations.Averages());
        Assert.Equal(0, model.FixedBatch);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3], Run(model, 3));
    }

    [Fact]
    public void Load_FixedBatch_IsFound()
    {
        using var model = Load(Declarations.Averages(batch: 4));
        Assert.Equal(4, model.FixedBatch);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], Run(model, 4));
    }

    [Theory]
    [InlineData("Model:Input:Name", "data", "no input 'data'; its inputs are 'image'")]
    [InlineData("Model:Output:Embedding", "features", "no output 'features'; its outputs are 'embedding'")]
    [InlineData("Model:Dimension", "4", "has 3 floats per picture; the declared dimension is 4")]
    [InlineData("Model:Input:Width", "16", "[any, 3, 8, 8]; the declaration makes it Float [any, 3, 8, 16]")]
    [InlineData("Model:Input:Layout", "Nhwc", "[any, 3, 8, 8]; the declaration makes it Float [any, 8, 8, 3]")]
    public void Load_OtherThanDeclared_SaysWhatIsThere(string key, string value, string message) =>
        Assert.Contains(message, Assert.Throws<ModelException>(() => Load(Declarations.Averages(), key, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_NoModel_SaysSo() =>
        Assert.Contains("cannot be loaded", Assert.Throws<ModelException>(() => Load("no model at all"u8.ToArray())).Message, StringComparison.Ordinal);

    private static float[] Run(OnnxModel model, int count)
    {
        var inputs = new float[count * 3 * 64];
        for (var i = 0; i < count; i++)
        {
            inputs.AsSpan(i * 3 * 64, 3 * 64).Fill(i + 1);
        }

        float[] result = [];
        model.Run(inputs, count, (embeddings, _) => result = embeddings.ToArray());
        return result;
    }

    private static OnnxModel Load(byte[] content, string? key = null, string? value = null)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("model.onnx");
        File.WriteAllBytes(path, content);
        var settings = Declarations.Averages("model.onnx");
        if (key is not null)
        {
            settings[key] = value;
        }

        var options = new ModelOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(ModelOptions.Section).Bind(options);
        return OnnxModel.Load(path, options, [], 1);
    }
}
