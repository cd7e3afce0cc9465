using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string Letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public int MinLength { get; set; } = 22;

    public bool Special { get; set; } = true;

    /// <summary>Letters and digits only whatever <see cref="Special"/> says: the value stands in connection strings unescaped.</summary>
    public override string GetDefaultValue() => RandomNumberGenerator.GetString(Letters, MinLength);

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        context.Writer.WriteStartObject("generate");
        context.Writer.WriteNumber("minLength", MinLength);
        if (!Special)
        {
            context.Writer.WriteBoolean("special", Special);
        }

        context.Writer.WriteEndObject();
    }
}
