using System.Text;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;

namespace Microsoft.ML.Diffusion.Models.Tests.Documentation;

/// <summary>Holds the tables of docs/methods.md equal to what the registrations say.</summary>
public class MethodTableTests
{
    private static readonly Dictionary<Enum, string> s_abilities = new()
    {
        [ImputationAbilities.JointDraws] = "joint draws",
        [ImputationAbilities.Uncertainty] = "uncertainty",
        [ImputationAbilities.Members] = "weighted members",
        [GenerationAbilities.FixedValues] = "fixed values",
        [GenerationAbilities.Ranges] = "ranges",
        [GenerationAbilities.MissingCells] = "missing cells",
        [GenerationAbilities.Label] = "label",
        [GenerationAbilities.AnyEngine] = "rows on a GPU",
        [GenerationAbilities.Saving] = "saving",
        [GenerationAbilities.Resuming] = "checkpoints",
        [GenerationAbilities.SeveralMachines] = "several machines",
    };

    [Fact]
    public void The_table_of_imputation_methods_is_what_the_registrations_say() => AssertTable("imputation", Table(
        ImputationMethods.All.Select(method => Line(
            method.Name, method.Title, Abilities(method.Abilities), method.Presets.Keys, method.NewOptions(), method.Reference))));

    [Fact]
    public void The_table_of_generation_methods_is_what_the_registrations_say() => AssertTable("generation", Table(
        GenerationMethods.All.Select(method => Line(
            method.Name, method.Title, Abilities(method.Abilities), method.Presets.Keys, method.NewOptions(), method.Reference))));

    [Fact]
    public void Names_are_found_in_any_case_and_no_two_methods_share_one()
    {
        Assert.All(ImputationMethods.All, method => Assert.Same(method, ImputationMethods.Find(method.Name.ToUpperInvariant())));
        Assert.All(GenerationMethods.All, method => Assert.Same(method, GenerationMethods.Find(method.Name.ToUpperInvariant())));
        Assert.Null(ImputationMethods.Find("masked"));
    }

    [Fact]
    public void Every_preset_and_the_defaults_are_options_of_their_method_and_possible()
    {
        foreach (ImputationMethod method in ImputationMethods.All)
        {
            foreach (ImputerOptions options in method.Presets.Values.Select(preset => preset()).Prepend(method.NewOptions()))
            {
                Assert.Same(method, options.Registration);
                options.Validate();
            }
        }
    }

    private static string Table(IEnumerable<string> lines)
    {
        var text = new StringBuilder("| name | method | can | presets | options | after |\n|---|---|---|---|---|---|\n");
        foreach (string line in lines)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private static string Line(
        string name, string title, IEnumerable<string> abilities, IEnumerable<string> presets, object options, string reference) =>
        $"| `{name}` | {title} | {Join(abilities)} | {Join(presets.Select(preset => $"`{preset}`"))} | "
        + $"`{options.GetType().Name}` | {reference} |";

    private static string Join(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } text ? text : "-";

    private static IEnumerable<string> Abilities<T>(T abilities)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(ability => Convert.ToInt32(ability, null) != 0 && abilities.HasFlag(ability))
            .Select(ability => s_abilities[ability]);

    private static void AssertTable(string name, string expected)
    {
        string document = File.ReadAllText(Path.Combine(RealData.RepositoryRoot, "docs", "methods.md")).ReplaceLineEndings("\n");
        string start = $"<!-- {name} -->\n", end = $"<!-- end of {name} -->";
        int first = document.IndexOf(start, StringComparison.Ordinal), last = document.IndexOf(end, StringComparison.Ordinal);
        Assert.True(first >= 0 && last > first, $"docs/methods.md has no lines {start.TrimEnd()} and {end}.");
        Assert.True(expected == document[(first + start.Length)..last], $"docs/methods.md should have between these lines:\n{expected}");
    }
}
