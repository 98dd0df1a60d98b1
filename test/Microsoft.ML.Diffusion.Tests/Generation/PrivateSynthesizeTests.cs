using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;

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
        string[] towns = ColumnValues.Of<ReadOnlyMemory<char>>(loaded.Generate(500, seed: 1), nameof(Person.Town)).Select(town => $"{town}").ToArray();
        Assert.InRange(towns.Count(town => town == "Bern") / 500.0, 0.2, 0.47);
        Assert.All(towns, town => Assert.Contains(town, new[] { "Bern", "Basel" }));
        Assert.All(ColumnValues.Of<bool>(loaded.Generate(20, new RowConditions().Where("Sick", true)), "Sick"), Assert.True);
        Assert.Equal(Cells.Of(model.Generate(50, seed: 2)), Cells.Of(loaded.Generate(50, seed: 2)));
    }

    [Fact]
    public void What_would_be_looked_up_in_the_rows_is_refused_in_a_sentence()
    {
        DiffusionSynthesizeEstimator.Options Private() => DiffusionSynthesizeEstimator.Options.Private(1, 1e-6);
        DiffusionSynthesizeEstimator.Options rules = Private(), roles = Private();
        rules.Rules = ["Age >= Visits"];
        roles.Roles = new ColumnRoles([new ColumnEntry { Name = "Town", Role = ColumnRole.Code }]);
        Assert.Contains("there can be none", Assert.Throws<ArgumentException>(() => s_ml.Transforms.DiffusionSynthesize("Sick", rules)).Message, StringComparison.Ordinal);
        Assert.Contains("numbers and texts", Assert.Throws<ArgumentException>(() => s_ml.Transforms.DiffusionSynthesize("Sick", roles)).Message, StringComparison.Ordinal);

        DiffusionAugmentEstimator.Options augment = new() { Method = Private().Method };
        Assert.Contains("protect nothing", Assert.Throws<ArgumentException>(augment.Validate).Message, StringComparison.Ordinal);

        IDataView rows = s_ml.Data.LoadFromEnumerable([new Dated { When = new DateTime(2024, 1, 2), Town = "Bern" }]);
        Assert.Contains("'When'", Assert.ThrowsAny<ArgumentException>(() => s_ml.Transforms.DiffusionSynthesize(null, Private()).Fit(rows)).Message, StringComparison.Ordinal);
        IDataView keys = s_ml.Transforms.Conversion.MapValueToKey("Town").Fit(rows).Transform(rows);
        DiffusionSynthesizeEstimator.Options towns = Private();
        towns.Columns = ["Town"];
        Assert.Contains("MapKeyToValue", Assert.ThrowsAny<ArgumentException>(() => s_ml.Transforms.DiffusionSynthesize(null, towns).Fit(keys)).Message, StringComparison.Ordinal);
    }

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
