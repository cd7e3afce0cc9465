namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that the manifest names by an expression such as <c>{web.bindings.http.url}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}
