using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;

namespace Microsoft.ML.Diffusion.Tests.Generation;

public class RelationTests
{
    private static readonly IDataView s_visits = Visits(300);
    private static readonly Lazy<DiffusionSynthesizeTransformer> s_model = new(() => Train(new MLContext(seed: 3), s_visits));

    [Fact]
    public void What_holds_in_every_training_row_holds_in_every_row_that_is_made()
    {
        string[] relations = [.. s_model.Value.Relations.Select(relation => relation.Text)];
        Assert.Contains("Start <= End", relations);
        Assert.Contains("Days = End - Start", relations);
        Assert.Contains("City -> State", relations);
        Assert.All(Made(s_model.Value.Generate(500)), AssertHolds);
    }

    [Fact]
    public void Values_that_are_asked_for_stay_and_the_others_follow() =>
        Assert.All(Made(s_model.Value.Generate(200, new RowConditions().Where("State", "B").Where("Start", 50))), visit =>
        {
            Assert.Equal(("B", 50), (visit.State, visit.Start));
            AssertHolds(visit);
        });

    [Fact]
    public void A_saved_model_keeps_its_relations()
    {
        var ml = new MLContext(seed: 3);
        using MemoryStream file = new();
        ml.Model.Save(s_model.Value, s_visits.Schema, file);
        file.Position = 0;
        ITransformer loaded = ml.Model.Load(file, out _);
        var model = Assert.IsType<DiffusionSynthesizeTransformer>((loaded as IEnumerable<ITransformer>)?.Single() ?? loaded);
        Assert.Equal(s_model.Value.Relations.Select(relation => relation.Sentence), model.Relations.Select(relation => relation.Sentence));
        Assert.Equal(Made(s_model.Value.Generate(100)).Select(visit => visit.End), Made(model.Generate(100)).Select(visit => visit.End));
    }

    [Fact]
    public void Relations_are_told_to_the_log_and_not_looked_for_where_that_is_not_wanted()
    {
        List<string> log = [];
        var ml = new MLContext(seed: 3);
        ml.Log += (_, message) => log.Add(message.RawMessage);
        Train(ml, s_visits);
        Assert.Contains(log, line => line.StartsWith("Relation: Start <= End holds in all 300 rows", StringComparison.Ordinal));
        Assert.Empty(Train(ml, s_visits, find: false).Relations);
        Assert.Equal("Start <= End", Assert.Single(Train(ml, s_visits, find: false, "Start<=End").Relations).Text);
    }

    [Fact]
    public void A_search_that_the_time_limit_cuts_off_is_told_in_one_warning_with_the_number_of_relations_kept()
    {
        Random random = new(1);
        IEnumerable<Wide> rows = Enumerable.Range(0, 2500).Select(_ =>
            new Wide { Cells = [.. Enumerable.Range(0, 290).Select(_ => (float)random.Next(60))] });
        List<string> warnings = [];
        var ml = new MLContext(seed: 3);
        ml.Log += (_, message) =>
        {
            if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning
                && message.RawMessage.Contains("relations", StringComparison.Ordinal))
                warnings.Add(message.RawMessage);
        };
        var options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        (options.Method.MaxTrainingTime, options.InferRoles) = (TimeSpan.FromMilliseconds(10), false);
        DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize(null, options).Fit(ml.Data.LoadFromEnumerable(rows));
        Assert.StartsWith(
            $"The time limit ended the search for relations between columns: {model.Relations.Count} were found and are kept",
            Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_cannot_satisfy_a_relation_are_counted_in_the_log_once()
    {
        List<string> warnings = [];
        var ml = new MLContext(seed: 3);
        ml.Log += (_, message) => Note(message);
        DiffusionSynthesizeTransformer model = Train(ml, s_visits);
        using MemoryStream file = new();
        ml.Model.Save(model, s_visits.Schema, file);
        file.Position = 0;
        ITransformer loaded = ml.Model.Load(file, out _);
        Assert.Empty(warnings);
        foreach (ITransformer each in (ITransformer[])[model, (loaded as IEnumerable<ITransformer>)?.Single() ?? loaded])
        {
            var transformer = Assert.IsType<DiffusionSynthesizeTransformer>(each);
            Assert.Equal(300, Made(transformer.Generate(300)).Count());
            Assert.Empty(warnings);
            IDataView rows = transformer.Generate(300, new RowConditions().Where("Start", 300).Where("End", 10));
            Assert.Equal(Made(rows).Select(visit => visit.Days), Made(rows).Select(visit => visit.Days));
            Assert.StartsWith("300 of the 300 rows that were made break a relation", Assert.Single(warnings), StringComparison.Ordinal);
            warnings.Clear();
        }

        void Note(LoggingEventArgs message)
        {
            if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && message.RawMessage.Contains("break", StringComparison.Ordinal))
                warnings.Add(message.RawMessage);
        }
    }

    [Fact]
    public void A_rule_that_cannot_be_read_or_does_not_hold_is_refused()
    {
        var ml = new MLContext(seed: 3);
        Assert.Contains("did you mean End?", Assert.Throws<InvalidDataException>(() => Train(ml, s_visits, true, "Start <= Ende")).Message, StringComparison.Ordinal);
        Assert.Contains("of the training rows", Assert.Throws<InvalidDataException>(() => Train(ml, s_visits, true, "End <= Start")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_columns_that_exclude_each_other_is_saved_and_loaded()
    {
        var ml = new MLContext(seed: 3);
        Random random = new(1);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(_ =>
        {
            int category = random.Next(3);
            return new Dummies { IsA = category == 0 ? 1 : 0, IsB = category == 1 ? 1 : 0, X = random.Next(50) };
        }).ToArray());
        DiffusionSynthesizeTransformer made = Train(ml, rows);
        DiffusionImputeTransformer filled = ml.Transforms.DiffusionImpute(Quick.Pairs("IsA", "IsB", "X"),
            new() { Method = new MeanModeOptions() }).Fit(rows);
        Assert.DoesNotContain(made.Relations.Concat(filled.Relations), relation => relation.Text.Contains("Is", StringComparison.Ordinal));
        foreach (ITransformer model in (ITransformer[])[made, filled])
        {
            using MemoryStream file = new();
            ml.Model.Save(model, rows.Schema, file);
            file.Position = 0;
            Assert.NotNull(ml.Model.Load(file, out _));
        }
    }

    private static DiffusionSynthesizeTransformer Train(MLContext ml, IDataView rows, bool find = true, params string[] rules)
    {
        var options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        (options.FindRelations, options.Rules) = (find, rules);
        return ml.Transforms.DiffusionSynthesize(null, options).Fit(rows);
    }

    private static IDataView Visits(int rows)
    {
        Random random = new(1);
        return new MLContext().Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ =>
        {
            (int start, int days, int city) = (random.Next(365), random.Next(15), random.Next(6));
            return new Visit { Start = start, End = start + days, Days = days, City = $"c{city}", State = city % 2 == 0 ? "A" : "B" };
        }).ToArray());
    }

    private static IEnumerable<Visit> Made(IDataView view) => new MLContext().Data.CreateEnumerable<Visit>(view, reuseRowObject: false);

    private static void AssertHolds(Visit visit)
    {
        Assert.True(visit.Start <= visit.End);
        Assert.Equal(visit.End - visit.Start, visit.Days);
        Assert.Equal(int.Parse(visit.City[1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 0 ? "A" : "B", visit.State);
    }

    private sealed class Wide
    {
        [VectorType(290)]
        public float[] Cells { get; set; } = [];
    }

    private sealed class Dummies
    {
        public float IsA { get; set; }

        public float IsB { get; set; }

        public float X { get; set; }
    }

    private sealed class Visit
    {
        public float Start { get; set; }

        public float End { get; set; }

        public float Days { get; set; }

        public string City { get; set; } = "";

        public string State { get; set; } = "";
    }
}
