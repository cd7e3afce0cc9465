using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Hosting.Tests.Publishing;

public sealed class ManifestTests
{
    [Fact]
    public async Task Manifest_ProjectWithReferences_HasAspiresShape()
    {
        var manifest = await ManifestAsync(builder =>
        {
            var index = builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("index-a", launchProfileName: null).WithHttpEndpoint().WithReplicas(3);
            builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
                .WithHttpEndpoint(targetPort: 8080).WithExternalHttpEndpoints().WithReference(index).WithEnvironment("Key", "va&lue");
        });

        Assert.Equal(
            """
            {
              "$schema": "https://json.schemastore.org/aspire-8.0.json",
              "resources": {
                "index-a": {
                  "type": "project.v0",
                  "path": "ImageSearch.Hosting.SampleService/ImageSearch.Hosting.SampleService.csproj",
                  "env": {
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES": "true",
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES": "true",
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory",
                    "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true",
                    "HTTP_PORTS": "{index-a.bindings.http.targetPort}"
                  },
                  "bindings": {
                    "http": {
                      "scheme": "http",
                      "protocol": "tcp",
                      "transport": "http"
                    }
                  }
                },
                "web": {
                  "type": "project.v0",
                  "path": "ImageSearch.Hosting.SampleService/ImageSearch.Hosting.SampleService.csproj",
                  "env": {
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES": "true",
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES": "true",
                    "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory",
                    "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true",
                    "HTTP_PORTS": "{web.bindings.http.targetPort}",
                    "services__index-a__http__0": "{index-a.bindings.http.url}",
                    "INDEX_A_HTTP": "{index-a.bindings.http.url}",
                    "Key": "va&lue"
                  },
                  "bindings": {
                    "http": {
                      "scheme": "http",
                      "protocol": "tcp",
                      "transport": "http",
                      "targetPort": 8080,
                      "external": true
                    }
                  }
                }
              }
            }

            """,
            manifest);
    }

    [Fact]
    public async Task Manifest_ServersParametersAndValues_HaveAspiresShape()
    {
        var manifest = await ManifestAsync(builder =>
        {
            var rabbit = builder.AddRabbitMQ("rabbitmq").WithDataVolume("rabbitmq-data");
            builder.AddMongoDB("mongo").AddDatabase("imagesearch");
            builder.AddConnectionString("queue", ReferenceExpression.Create($"amqp://{rabbit.GetEndpoint("tcp").Property(EndpointProperty.Host)}"));
            builder.AddConnectionString("given");
            builder.AddParameter("hidden").ExcludeFromManifest();
            builder.AddContainer("own", "image", "1").WithManifestPublishingCallback(context => context.Writer.WriteString("type", "own.v0"));
        });

        Assert.Equal(
            """
            {
              "$schema": "https://json.schemastore.org/aspire-8.0.json",
              "resources": {
                "rabbitmq-password": {
                  "type": "parameter.v0",
                  "value": "{rabbitmq-password.inputs.value}",
                  "inputs": {
                    "value": {
                      "type": "string",
                      "secret": true,
                      "default": {
                        "generate": {
                          "minLength": 22,
                          "special": false
                        }
                      }
                    }
                  }
                },
                "rabbitmq": {
                  "type": "container.v0",
                  "connectionString": "amqp://guest:{rabbitmq-password.value}@{rabbitmq.bindings.tcp.host}:{rabbitmq.bindings.tcp.port}",
                  "image": "docker.io/library/rabbitmq:4.2",
                  "volumes": [
                    {
                      "name": "rabbitmq-data",
                      "target": "/var/lib/rabbitmq",
                      "readOnly": false
                    }
                  ],
                  "env": {
                    "RABBITMQ_DEFAULT_USER": "guest",
                    "RABBITMQ_DEFAULT_PASS": "{rabbitmq-password.value}"
                  },
                  "bindings": {
                    "tcp": {
                      "scheme": "tcp",
                      "protocol": "tcp",
                      "transport": "tcp",
                      "targetPort": 5672
                    }
                  }
                },
                "mongo-password": {
                  "type": "parameter.v0",
                  "value": "{mongo-password.inputs.value}",
                  "inputs": {
                    "value": {
                      "type": "string",
                      "secret": true,
                      "default": {
                        "generate": {
                          "minLength": 22,
                          "special": false
                        }
                      }
                    }
                  }
                },
                "mongo": {
                  "type": "container.v0",
                  "connectionString": "mongodb://admin:{mongo-password.value}@{mongo.bindings.tcp.host}:{mongo.bindings.tcp.port}/?authSource=admin",
                  "image": "docker.io/library/mongo:8.2",
                  "env": {
                    "MONGO_INITDB_ROOT_USERNAME": "admin",
                    "MONGO_INITDB_ROOT_PASSWORD": "{mongo-password.value}"
                  },
                  "bindings": {
                    "tcp": {
                      "scheme": "tcp",
                      "protocol": "tcp",
                      "transport": "tcp",
                      "targetPort": 27017
                    }
                  }
                },
                "imagesearch": {
                  "type": "value.v0",
                  "connectionString": "mongodb://admin:{mongo-password.value}@{mongo.bindings.tcp.host}:{mongo.bindings.tcp.port}/imagesearch?authSource=admin"
                },
                "queue": {
                  "type": "value.v0",
                  "connectionString": "amqp://{rabbitmq.bindings.tcp.host}"
                },
                "given": {
                  "type": "parameter.v0",
                  "connectionString": "{given.value}",
                  "value": "{given.inputs.value}",
                  "inputs": {
                    "value": {
                      "type": "string",
                      "secret": true
                    }
                  }
                },
                "own": {
                  "type": "own.v0"
                }
              }
            }

            """,
            manifest);
    }

    [Fact]
    public async Task Manifest_ConnectionStringReference_NamesTheConnectionString()
    {
        var manifest = await ManifestAsync(builder =>
        {
            var given = builder.AddConnectionString("given");
            var composed = builder.AddConnectionString("composed", ReferenceExpression.Create($"x={given}"));
            builder.AddExecutable("tool", "true", ".").WithReference(given).WithReference(composed, connectionName: "other");
        });

        Assert.Contains("\"ConnectionStrings__given\": \"{given.connectionString}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"ConnectionStrings__other\": \"{composed.connectionString}\"", manifest, StringComparison.Ordinal);
    }

    private static async Task<string> ManifestAsync(Action<IDistributedApplicationBuilder> declare)
    {
        var builder = await SampleApp.BuilderAsync("--publisher", "manifest");
        Assert.True(builder.ExecutionContext.IsPublishMode);
        declare(builder);
        await using var app = await builder.BuildAsync();
        var tests = Path.GetDirectoryName(builder.AppHostDirectory)!;
        return Encoding.UTF8.GetString(await app.Services.GetRequiredService<ManifestPublisher>().WriteAsync(Path.Combine(tests, "manifest.json"), default));
    }
}
