using System.Text.Json;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class TestWithOneClassTests() : CaseTests(Name)
{
    private const string Name = "test-with-one-class";

    [HandedCaseFact(Name)]
    public void Test_rows_of_one_class_decide_nothing_about_models()
    {
        string json = Output("m.json");
        CommandRun run = CommandRun.Of("evaluate", "--real", PathOf("e_tr.csv"), "--synthetic", PathOf("e_syn.csv"),
            "--test", PathOf("e_te_one.csv"), "--label", "y", "--json", json, "--quiet");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("clearly worse", run.Output, StringComparison.Ordinal);
        Assert.Contains("Undefined, because all 130 test rows with a label are of class '1'.", run.Output, StringComparison.Ordinal);
        JsonElement utility = JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("utility");
        Assert.Equal("all 130 test rows with a label are of class '1'", utility.GetProperty("undefinedReason").GetString());
        Assert.All(utility.GetProperty("scores").EnumerateArray().Where(score => score.GetProperty("metric").GetString() == "auc"), score =>
            Assert.Equal(JsonValueKind.Null, score.GetProperty("mean").ValueKind));
    }
}
