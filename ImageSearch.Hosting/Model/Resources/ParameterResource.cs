namespace Aspire.Hosting.ApplicationModel;

public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name), IManifestExpressionProvider, IValueProvider
{
    private string? _value;

    public bool Secret { get; } = secret;

    public ParameterDefault? Default { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(_value ??= callback(Default));
}
