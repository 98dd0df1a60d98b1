using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

/// <summary>What holds between columns holds in rows that are filled in.</summary>
public class RelationTests
{
    private static readonly MLContext s_ml = new(seed: 3);
    private static readonly Visit[] s_truth = Visits(400);
    private static readonly IDataView s_holes = s_ml.Data.LoadFromEnumerable(WithHoles(s_truth));
    private static readonly Lazy<DiffusionImputeTransformer> s_model = new(() => Train(Found()));

    [Theory]
    [InlineData(ImputationMode.Expectation)]
    [InlineData(ImputationMode.Draw)]
    public void What_holds_in_every_training_row_holds_in_every_row_that_is_filled_in(ImputationMode mode)
    {
        string[] relations = [.. s_model.Value.Relations.Select(relation => relation.Text)];
        Assert.Contains("Start <= End", relations);
        Assert.Contains("City -> State", relations);
        AssertHolds(Filled(s_model.Value.WithMode(mode)));
    }

    [Fact]
    public void A_cell_that_the_observed_ones_decide_is_computed()
    {
        Visit[] filled = Filled(s_model.Value);
        int computed = 0;
        foreach ((Visit holes, Visit whole, Visit truth) in WithHoles(s_truth).Zip(filled, s_truth))
        {
            if (holes.State.Length == 0 && holes.City.Length > 0)
                Assert.Equal(truth.State, whole.State);
            if (!float.IsNaN(holes.Days) || float.IsNaN(holes.Start) || float.IsNaN(holes.End))
                continue;
            Assert.Equal(truth.Days, whole.Days);
            computed++;
        }
        Assert.True(computed > 20);
    }

    [Fact]
    public void A_saved_model_and_one_row_alone_keep_to_them_too()
    {
        using MemoryStream file = new();
        s_ml.Model.Save(s_model.Value, s_holes.Schema, file);
        file.Position = 0;
        ITransformer loaded = s_ml.Model.Load(file, out _);
        Visit[] filled = [.. s_ml.Data.CreateEnumerable<Visit>(loaded.Transform(s_holes), reuseRowObject: false)];
        AssertHolds(filled);
        var engine = s_ml.Model.CreatePredictionEngine<Visit, Visit>(loaded);
        Visit[] alone = [.. WithHoles(s_truth).Take(50).Select(visit => engine.Predict(visit))];
        Assert.Equal(filled.Take(50).Select(visit => (visit.Start, visit.End, visit.Days, visit.City)),
            alone.Select(visit => (visit.Start, visit.End, visit.Days, visit.City)));
    }

    [Fact]
    public void A_best_guess_is_the_same_wherever_the_row_stands_though_several_values_would_keep_to_a_relation()
    {
        // The most frequent city is not in the most frequent state, where one of four takes its place.
        string[] cities = ["Ulm", "Ulm", "Ulm", "Bonn", "Cologne", "Essen", "Neuss"];
        Place[] truth = [.. Enumerable.Range(0, 210).Select(i => cities[i % cities.Length])
            .Select((city, i) => new Place { City = city, State = city == "Ulm" ? "BW" : "NRW", Height = i })];
        Place[] holes = [.. truth, .. truth.Select(place => new Place { City = "", State = place.State, Height = place.Height })];
        IDataView view = s_ml.Data.LoadFromEnumerable(holes);
        var options = new DiffusionImputeEstimator.Options { Method = new MeanModeOptions(), Rules = ["City -> State"] };
        DiffusionImputeTransformer model = s_ml.Transforms.DiffusionImpute(["City", "State", "Height"], options).Fit(view);
        Place[] filled = [.. s_ml.Data.CreateEnumerable<Place>(model.Transform(view), reuseRowObject: false)];
        var engine = s_ml.Model.CreatePredictionEngine<Place, Place>(model);
        // An engine counts its rows: in another order each has another number.
        foreach ((Place hole, Place together) in holes.Zip(filled).Reverse())
        {
            Place alone = engine.Predict(hole);
            Assert.Equal((together.City, together.State), (alone.City, alone.State));
            Assert.Equal(together.City == "Ulm" ? "BW" : "NRW", together.State);
        }
    }

    private sealed class Place
    {
        public string City { get; set; } = "";

        public string State { get; set; } = "";

        public float Height { get; set; }
    }

    [Fact]
    public void Columns_that_tell_how_sure_others_are_come_with_rows_that_keep_to_them()
    {
        DiffusionImputeEstimator.Options options = Found();
        options.UncertaintyColumns = true;
        AssertHolds(Filled(Train(options)));
    }

    [Fact]
    public void Relations_are_not_looked_for_where_that_is_not_wanted_and_rules_are_checked()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.FindRelations = false;
        Assert.Empty(Train(options).Relations);
        options.Rules = ["Start<=End"];
        Assert.Equal("Start <= End", Assert.Single(Train(options).Relations).Text);
        options.Rules = ["End <= Start"];
        Assert.Contains("of the training rows", Assert.Throws<InvalidDataException>(() => Train(options)).Message, StringComparison.Ordinal);
    }

    private static DiffusionImputeEstimator.Options Found()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.FindRelations = true;
        return options;
    }

    private static DiffusionImputeTransformer Train(DiffusionImputeEstimator.Options options) =>
        s_ml.Transforms.DiffusionImpute(["Start", "End", "Days", "City", "State"], options).Fit(s_holes);

    private static Visit[] Filled(DiffusionImputeTransformer model) =>
        [.. s_ml.Data.CreateEnumerable<Visit>(model.Transform(s_holes), reuseRowObject: false)];

    private static void AssertHolds(Visit[] filled) => Assert.All(filled, visit =>
    {
        Assert.True(visit.Start <= visit.End, $"{visit.Start} > {visit.End}");
        Assert.Equal(visit.City[..1], visit.State);
    });

    private static Visit[] Visits(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        int start = i * 37 % 300, days = i * 11 % 23;
        string city = $"{"ABCD"[i % 4]}{i * 7 % 3}";
        return new Visit { Start = start, End = start + days, Days = days, City = city, State = city[..1] };
    })];

    // One or two cells of every row but the tenth.
    private static Visit[] WithHoles(Visit[] visits) => [.. visits.Select((visit, i) => new Visit
    {
        Start = i % 10 == 1 ? float.NaN : visit.Start,
        End = i % 10 is 2 or 5 ? float.NaN : visit.End,
        Days = i % 10 is 3 or 5 ? float.NaN : visit.Days,
        City = i % 10 == 6 ? "" : visit.City,
        State = i % 10 is 7 or 8 ? "" : visit.State,
    })];

    private sealed class Visit
    {
        public float Start { get; set; }

        public float End { get; set; }

        public float Days { get; set; }

        public string City { get; set; } = "";

        public string State { get; set; } = "";
    }
}
