using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Configuration;

/// <summary>An option that a configuration may name changes the model, or is refused: none is taken and forgotten.</summary>
public sealed class EveryOptionActsTests : IDisposable
{
    // What says where and how fast a training runs changes no bit of it; a limit of time changes what a clock decides.
    private static readonly string[] s_places = ["Threads", "Engine", "GpuDeviceId", "FallbackToCpu", "MaxTrainingTime"];

    // So small a training that every option is tried in seconds.
    private static readonly Dictionary<string, string> s_small = new(StringComparer.Ordinal)
    {
        ["Epochs"] = "2", ["Steps"] = "4", ["BatchSize"] = "8", ["Width"] = "8", ["Blocks"] = "1", ["Networks"] = "2", ["Trees"] = "3",
        ["DiffusionSteps"] = "30", ["Layers"] = "[8]", ["SamplingSteps"] = "6", ["CalibrationRows"] = "8", ["ExpectationDraws"] = "2",
        ["ValidationShare"] = "0.3", ["FineTuningRate"] = "0.1",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly string _table;

    public EveryOptionActsTests()
    {
        var random = new Random(3);
        var text = new StringBuilder("a,b,c,d,e\n");
        for (int row = 0; row < 60; row++)
        {
            double a = Math.Round(random.NextDouble() * 10, 2);
            string b = random.Next(5) == 0 ? "" : Math.Round((a * a) + random.NextDouble(), 2).ToString(CultureInfo.InvariantCulture);
            string d = random.Next(5) == 0 ? "" : random.GetItems(["p", "q", "r"], 1)[0];
            string c = row < 3 ? "z" : a > random.NextDouble() * 10 ? "x" : "y", e = $"{(random.Next(4) == 0 ? "" : a + 20)}";
            text.Append(CultureInfo.InvariantCulture, $"{a},{b},{c},{d},{e}\n");
        }

        _table = _folder.Write("in.csv", text.ToString());
    }

    public static TheoryData<string> Imputers => [.. ImputationMethods.All.Select(method => method.Name)];

    public static TheoryData<string> Generators =>
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Saving)).Select(method => method.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Imputers))]
    public void In_an_imputer(string method) =>
        AssertAll(method, typeof(DiffusionImputeEstimator.Options), ImputationMethods.Find(method)!.NewOptions());

    [Theory]
    [MemberData(nameof(Generators))]
    public void In_a_generator(string method) =>
        AssertAll(
            method, typeof(DiffusionSynthesizeEstimator.Options), GenerationMethods.Find(method)!.NewOptions(),
            "--for", "synthesize", "--label", "c");

    private void AssertAll(string method, Type estimator, object options, params string[] command)
    {
        PropertyInfo[] all = [.. new[] { estimator, options.GetType() }.SelectMany(type => type.GetProperties())
            .Where(property => property.SetMethod is { IsPublic: true } && Values(property).Length > 0)];
        var small = s_small.Where(option => all.Any(property => property.Name == option.Key)).ToDictionary(StringComparer.Ordinal);
        // What noise hides in so few rows is asked for.
        if (method == "private-marginals")
            small["Domains"] = "[\"a=0..10\", \"b=0..110\", \"c=x|y|z\", \"d=p|q|r\", \"e=20..30\"]";
        string usual = Result(method, small, command);
        Assert.True(usual.StartsWith('0'), usual);
        List<string> idle = [];
        foreach (PropertyInfo property in all.Where(property => !s_places.Contains(property.Name, StringComparer.Ordinal)))
        {
            bool acts = Values(property).Any(value =>
                Result(method, new(small, StringComparer.Ordinal) { [property.Name] = value }, command) != usual);
            if (!acts)
                idle.Add(property.Name);
        }

        Assert.Empty(idle);
    }

    /// <summary>The exit code, what was said, and what was written.</summary>
    private string Result(string method, Dictionary<string, string> options, string[] command)
    {
        string output = _folder.PathOf("m.zip");
        File.Delete(output);
        string json = string.Join(", ", options.Select(option => $"\"{option.Key}\": {option.Value}"));
        CommandRun run = CommandRun.Of(
            ["train", _table, "--model", output, .. command, "--method", method, "--config", _folder.Write("c.json", $"{{ {json} }}")]);
        // Times differ from run to run.
        string said = string.Join('\n', run.Error.Split('\n').Where(line => line.StartsWith("mldiffusion", StringComparison.Ordinal)));
        return $"{run.ExitCode} {said} {(File.Exists(output) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(output))) : "")}";
    }

    private static string[] Values(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return property.Name == "Rules" ? ["[\"a < e\", \"a >= b\"]"]
            : type.IsEnum ? [.. Enum.GetNames(type).Select(name => $"\"{name}\"")]
            : type == typeof(bool) ? ["true", "false"]
            : type == typeof(string[]) ? ["[\"a\"]", "[\"b\", \"c\"]"]
            : type == typeof(TimeSpan) ? ["\"00:00:01\""]
            : type == typeof(IReadOnlyList<int>) ? ["[4, 8]"]
            : type == typeof(double) || type == typeof(float) ? ["0.01", "0.3", "0.9", "5"]
            : type.IsPrimitive ? ["1", "3", "19"] : [];
    }
}
