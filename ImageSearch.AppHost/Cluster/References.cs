using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ImageSearch.AppHost.Cluster;

/// <summary>What the environment of a resource refers to, as the manifest has it: <c>{mongo-password.value}</c>.</summary>
internal sealed partial class References
{
    private const string ConnectionString = "connectionString";

    private readonly DistributedApplicationModel _model;
    private readonly IReadOnlySet<string> _elsewhere;
    private readonly Dictionary<string, Dictionary<string, string>> _environments = [];

    private References(DistributedApplicationModel model, IReadOnlySet<string> elsewhere) => (_model, _elsewhere) = (model, elsewhere);

    /// <param name="elsewhere">Servers that somebody else runs: the strings by which they are connected to are secrets as a whole.</param>
    public static async Task<References> ReadAsync(
        DistributedApplicationModel model, IReadOnlySet<string> elsewhere, DistributedApplicationExecutionContext execution,
        CancellationToken stop)
    {
        var references = new References(model, elsewhere);
        foreach (var resource in model.Resources)
        {
            var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: stop);
            foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            {
                await annotation.Callback(context);
            }

            references._environments[resource.Name] = context.EnvironmentVariables.ToDictionary(
                variable => variable.Key,
                variable => variable.Value is IManifestExpressionProvider expression ? expression.ValueExpression : $"{variable.Value}");
        }

        return references;
    }

    /// <summary>What changes with each of its settings.</summary>
    public string VersionOf(string resource) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', _environments[resource].OrderBy(variable => variable.Key, StringComparer.Ordinal)))))[..16];

    /// <summary>Whether it calls a server that somebody else runs.</summary>
    public bool CallsElsewhere(string resource) => ReferencesOf(resource).Any(reference => reference.Property == ConnectionString);

    /// <summary>The resources that it calls.</summary>
    public IReadOnlyList<string> CallsOf(string resource) =>
    [
        .. ReferencesOf(resource).Where(reference => reference.Property.StartsWith("bindings.", StringComparison.Ordinal))
            .Select(reference => reference.Name).Where(name => name != resource).Distinct(),
    ];

    /// <summary>The secrets that it knows, and the variables that are made of them, with <c>$(SECRET)</c> in their places.</summary>
    public (IReadOnlyList<string> Secrets, IReadOnlyList<(string Name, string Value)> Variables) SecretsOf(string resource)
    {
        var variables = _environments[resource].Where(variable => Names(variable.Value).Any(IsSecret)).ToList();
        return ([.. variables.SelectMany(variable => Names(variable.Value)).Where(IsSecret).Select(reference => reference.Name).Distinct()],
            [.. variables.Select(variable => (variable.Key, Resolve(variable.Value)))]);
    }

    /// <summary>The variable by which a pod knows a secret.</summary>
    public static string VariableOf(string secret) => secret.Replace('-', '_').ToUpperInvariant();

    private bool IsSecret((string Name, string Property) reference) =>
        reference.Property == ConnectionString
        || (reference.Property == "value" && Find(reference.Name) is ParameterResource { Secret: true });

    private IEnumerable<(string Name, string Property)> Names(string text) => Expression().Matches(text).Select(Parts)
        .SelectMany(reference => reference.Property == ConnectionString && !IsElsewhere(reference.Name)
            ? Names(ConnectionStringOf(reference.Name))
            : [reference]);

    private IEnumerable<(string Name, string Property)> ReferencesOf(string resource) => _environments[resource].Values.SelectMany(Names);

    private bool IsElsewhere(string connection) =>
        Expression().Matches(ConnectionStringOf(connection)).Any(match => _elsewhere.Contains(Parts(match).Name));

    private string Resolve(string text) => Expression().Replace(text, match => Parts(match) switch
    {
        (var name, ConnectionString) when IsElsewhere(name) => $"$({VariableOf(name)})",
        (var name, ConnectionString) => Resolve(ConnectionStringOf(name)),
        (var name, "value") => $"$({VariableOf(name)})",
        var (name, rest) when rest.Split('.') is ["bindings", var endpoint, var property] => AddressOf(name, endpoint, property),
        _ => throw new DistributedApplicationException($"Nothing in a cluster is {match.Value}."),
    });

    private string AddressOf(string name, string endpoint, string property)
    {
        var declared = Find(name).Annotations.OfType<EndpointAnnotation>().Single(annotation => annotation.Name == endpoint);
        var port = declared.TargetPort ?? Overlay.Port;
        return property switch
        {
            "host" => name,
            "port" or "targetPort" => $"{port}",
            _ => $"http://{name}:{port}",
        };
    }

    private string ConnectionStringOf(string name) =>
        ((IResourceWithConnectionString)Find(name)).ConnectionStringExpression.ValueExpression;

    private IResource Find(string name) => _model.Resources.Single(resource => resource.Name == name);

    private static (string Name, string Property) Parts(Match match) => (match.Groups["name"].Value, match.Groups["rest"].Value);

    [GeneratedRegex(@"\{(?<name>[a-z0-9-]+)\.(?<rest>[\w.]+)\}")]
    private static partial Regex Expression();
}
