using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Generation;

public class PrivateSynthesizeTests
{
    private static readonly MLContext s_ml = new(seed: 5);

    [Fact]
    public void A_model_under_a_budget_is_saved_without_what_a_single_row_has_and_tells_its_budget()
    {
        IDataView rows = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1200).Select(i => new Person
        {
            Town = i == 600 ? "Lonely" : i % 3 == 0 ? "Bern" : "Basel", Age = 20 + (i % 50), Sick = i % 4 == 0, Visits = i % 7,
        }).ToArray());
        var options = DiffusionSynthesizeEstimator.Options.Private(epsilon: 2, delta: 1e-6);
        DiffusionSynthesizeTransformer model = s_ml.Transforms.DiffusionSynthesize(nameof(Person.Sick), options).Fit(rows);
        using var stream = new MemoryStream();
        s_ml.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        var loaded = (DiffusionSynthesizeTransformer)s_ml.Model.Load(stream, out _);

        Assert.Equal((2, 1e-6), (loaded.Privacy!.Budget.Epsilon, loaded.Privacy.Budget.Delta));
        Assert.Equal(["Basel", "Bern"], loaded.Columns.Single(column => column.Name == nameof(Person.Town)).Categories);
        Assert.Null(loaded.Roles);
        Assert.Empty(loaded.Relations);
        IDataView made = loaded.Generate(500, seed: 1);
        string[] towns = [.. ColumnValues.Of<ReadOnlyMemory<char>>(made, nameof(Person.Town)).Select(town => $"{town}")];
        Assert.InRange(towns.Count(town => town == "Bern") / 500.0, 0.2, 0.47);
        Assert.All(towns, town => Assert.Contains(town, new[] { "Bern", "Basel" }));
        Assert.All(ColumnValues.Of<bool>(loaded.Generate(20, new RowConditions().Where("Sick", true)), "Sick"), Assert.True);
        Assert.Equal(Cells.Of(model.Generate(50, seed: 2)), Cells.Of(loaded.Generate(50, seed: 2)));
    }

    [Theory]
    [InlineData("Sick=False|True")]
    [InlineData("Sick=True|False")]
    [InlineData("Sick = TRUE | false")]
    [InlineData("Sick=1|0")]
    public void A_Boolean_column_keeps_its_meaning_whatever_the_order_of_its_domain(string domain)
    {
        IDataView rows = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i => new Person
        {
            Town = "Bern", Age = 20 + (i % 50), Sick = i % 10 != 0, Visits = i % 7,
        }).ToArray());
        foreach (GeneratorOptions method in (GeneratorOptions[])[Marginals(domain), Network(domain)])
        {
            DiffusionSynthesizeTransformer model = s_ml.Transforms.DiffusionSynthesize("Sick", new DiffusionSynthesizeEstimator.Options
            {
                Method = method,
            }).Fit(rows);
            Assert.Equal(["False", "True"], model.Columns.Single(column => column.Name == "Sick").Categories);
            bool[] made = ColumnValues.Of<bool>(model.Generate(500, seed: 1), "Sick");
            Assert.InRange(made.Count(sick => sick) / 500.0, 0.7, 1);
            Assert.All(ColumnValues.Of<bool>(model.Generate(5, new RowConditions().Where("Sick", false)), "Sick"), Assert.False);
        }
    }

    [Theory]
    [InlineData("Sick=yes|no")]
    [InlineData("Sick=True")]
    [InlineData("Sick=True|1")]
    [InlineData("Sick=False|True|Maybe")]
    public void A_domain_that_is_not_both_values_of_a_Boolean_column_is_refused_in_a_sentence(string domain)
    {
        IDataView rows = s_ml.Data.LoadFromEnumerable([new Person { Town = "Bern", Age = 20, Sick = true }]);
        foreach (GeneratorOptions method in (GeneratorOptions[])[Marginals(domain), Network(domain)])
        {
            Refused(
                $"The domain '{domain}' is of column 'Sick', which is Boolean and has both False and True, each once; declare " +
                "Sick=False|True",
                () => s_ml.Transforms.DiffusionSynthesize("Sick", new DiffusionSynthesizeEstimator.Options { Method = method }).Fit(rows));
        }
    }

    private static PrivateMarginalsOptions Marginals(string domain) =>
        new() { Epsilon = 5, Delta = 1e-6, Domains = [domain, "Age=20..70", "Visits=0..7", "Town=Basel|Bern"] };

    private static TabDdpmOptions Network(string domain) => new()
    {
        Epsilon = 50, Delta = 1e-3, Domains = [domain, "Age=20..70", "Visits=0..7", "Town=Basel|Bern"], Layers = [8], Steps = 2,
    };

    [Fact]
    public void What_would_be_looked_up_in_the_rows_is_refused_in_a_sentence()
    {
        DiffusionSynthesizeEstimator.Options Private() => DiffusionSynthesizeEstimator.Options.Private(1, 1e-6);
        DiffusionSynthesizeEstimator.Options rules = Private(), roles = Private();
        rules.Rules = ["Age >= Visits"];
        roles.Roles = new ColumnRoles([new ColumnEntry { Name = "Town", Role = ColumnRole.Code }]);
        Refused("there can be none", () => s_ml.Transforms.DiffusionSynthesize("Sick", rules));
        Refused("numbers and texts", () => s_ml.Transforms.DiffusionSynthesize("Sick", roles));

        DiffusionSynthesizeEstimator.Options network = new()
        {
            Method = new TabDdpmOptions { Epsilon = 1 }, Checkpoint = new CheckpointOptions("run.checkpoint"),
        };
        Refused("can be neither", () => s_ml.Transforms.DiffusionSynthesize("Sick", network));

        DiffusionAugmentEstimator.Options augment = new() { Method = Private().Method };
        Refused("protect nothing", augment.Validate);

        IDataView rows = s_ml.Data.LoadFromEnumerable([new Dated { When = new DateTime(2024, 1, 2), Town = "Bern" }]);
        Refused("'When'", () => s_ml.Transforms.DiffusionSynthesize(null, Private()).Fit(rows));
        IDataView keys = s_ml.Transforms.Conversion.MapValueToKey("Town").Fit(rows).Transform(rows);
        DiffusionSynthesizeEstimator.Options towns = Private();
        towns.Columns = ["Town"];
        Refused("MapKeyToValue", () => s_ml.Transforms.DiffusionSynthesize(null, towns).Fit(keys));
    }

    private static void Refused(string part, Action action) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private sealed class Person
    {
        public string Town { get; set; } = "";

        public float Age { get; set; }

        public int Visits { get; set; }

        public bool Sick { get; set; }
    }

    private sealed class Dated
    {
        public DateTime When { get; set; }

        public string Town { get; set; } = "";
    }
}
