using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Linear;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

public class BadInputTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    public static TheoryData<string, string> BadRows => new()
    {
        { "twice", "Row 3 is of the same series, Patient 'a', and of the same time, Hour 2, as row 1; one row for a time was expected." },
        { "no group", "Row 2 has no value in column 'Patient', which names its series." },
        { "no time", "Row 3 has no time: column 'Hour' is missing." },
        { "endless time", "Row 3 has no time: column 'Hour' is infinite." },
        { "infinite", "Row 4 is infinite in column 'HR'; finite numbers were expected." },
        { "none", "There are no rows to learn from." },
    };

    [Theory]
    [MemberData(nameof(BadRows))]
    public void Rows_that_make_no_series_are_refused_by_name(string what, string sentence)
    {
        List<Observation> rows = Rows();
        switch (what)
        {
            case "twice":
                rows[2].Hour = 2;
                break;
            case "no group":
                rows[1].Patient = "";
                break;
            case "no time":
                rows[2].Hour = float.NaN;
                break;
            case "endless time":
                rows[2].Hour = float.PositiveInfinity;
                break;
            case "infinite":
                rows[3].HR = float.NegativeInfinity;
                break;
            default:
                rows.Clear();
                break;
        }
        IDataView view = s_ml.Data.LoadFromEnumerable(rows);
        Assert.Equal(sentence, Assert.ThrowsAny<InvalidDataException>(() => Estimator().Fit(view)).Message);
        if (what is "none" or "infinite")
            return;
        ITransformer model = Estimator().Fit(s_ml.Data.LoadFromEnumerable(Rows()));
        IDataView transformed = model.Transform(view);
        Assert.Equal(sentence, Assert.ThrowsAny<InvalidDataException>(() => transformed.Preview()).Message);
    }

    [Fact]
    public void The_same_time_twice_without_a_group_asks_for_the_group()
    {
        List<Observation> rows = Rows();
        rows[2].Hour = 2;
        Exception refusal = Assert.ThrowsAny<InvalidDataException>(() => s_ml.Transforms.DiffusionImputeSeries(["HR"], orderColumn: "Hour")
            .Fit(s_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("or a groupColumn that tells apart the series", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_training_an_infinite_number_stays_and_says_nothing_of_the_others()
    {
        ITransformer model = Estimator().Fit(s_ml.Data.LoadFromEnumerable(Rows()));
        List<Observation> rows = Rows();
        rows[0].HR = float.PositiveInfinity;
        IDataView view = model.Transform(s_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal([float.PositiveInfinity, 20, 20, 50], Diffusion.Tests.ColumnValues.Of<float>(view, "HR"));
    }

    public static TheoryData<string[], string?, string?, string> BadColumns => new()
    {
        { ["HR", "Laktate"], "Patient", "Hour", "Column 'Laktate' is not in the view; did you mean Lactate?" },
        { ["HR"], "Patent", "Hour", "Column 'Patent' is not in the view; did you mean Patient?" },
        { ["HR"], "Patient", "Hours", "Column 'Hours' is not in the view; did you mean Hour" },
        { ["Beds"], "Patient", "Hour", "variables of a series must be Single, Double, keys or texts" },
        { ["HR", "Trace"], "Patient", "Hour", "either all are single numbers and a row is a step, or all are vectors" },
        { ["Trace"], "Patient", null, "Columns of vectors hold one series a row, so that there is no group" },
        { ["HR"], "Trace", "Hour", "which names no series" },
        { ["HR"], "Patient", "Ward", "which is no time" },
        { ["HR"], "Patient", null, "name it as orderColumn" },
        { ["Trace"], null, "Hour", "the same was expected of both" },
    };

    [Theory]
    [MemberData(nameof(BadColumns))]
    public void Columns_that_make_no_series_are_refused_before_and_while_fitting(
        string[] columns, string? group, string? order, string sentence)
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(
            new[] { new { Patient = "a", Hour = 1f, HR = 1f, Lactate = 2f, Ward = "x", Beds = 3, Trace = new float[] { 1, 2 } } });
        DiffusionImputeSeriesEstimator estimator = s_ml.Transforms.DiffusionImputeSeries(columns, group, order);
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => estimator.Fit(view)).Message, StringComparison.Ordinal);
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(
            () => estimator.GetOutputSchema(Diffusion.Tests.Shape.Of(view))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Static_columns_of_text_are_refused_with_what_to_do()
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(Rows());
        Assert.Contains("OneHotEncoding", Assert.Throws<ArgumentException>(() => s_ml.Transforms.DiffusionImputeSeries(
            ["HR"], "Patient", "Hour", new() { StaticColumns = ["Sex"] }).Fit(WithSex(view))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictions_are_refused_when_the_estimator_is_made()
    {
        Refused("no column to fill in", () => s_ml.Transforms.DiffusionImputeSeries(Array.Empty<string>(), "Patient", "Hour"));
        Refused("made twice", () => s_ml.Transforms.DiffusionImputeSeries(["HR", "HR"], "Patient", "Hour"));
        Refused("is the order too", () => s_ml.Transforms.DiffusionImputeSeries(["Hour"], "Patient", "Hour"));
        Refused("the group and the order", () => s_ml.Transforms.DiffusionImputeSeries(["HR"], "Hour", "Hour"));
        Refused("one of StaticColumns too", () => Estimator(new() { StaticColumns = ["HR"] }));
        Refused("names a column twice", () => Estimator(new() { StaticColumns = ["Age", "Age"] }));
        Refused("MaxGap is 0", () => Estimator(new() { MaxGap = 0 }));
        Refused("MaxGap is NaN", () => Estimator(new() { MaxGap = double.NaN }));
        Refused("Coverage is 1", () => Estimator(new() { Coverage = 1 }));
        Refused("Direction is 7", () => Estimator(new() { Direction = (SeriesDirection)7 }));
        Refused("Mode is 7", () => Estimator(new() { Mode = (Models.Imputation.ImputationMode)7 }));
        Refused("Linear interpolation does not", () => Estimator(new() { Method = new LinearOptions(), UncertaintyColumns = true }));
        Refused("set Options.Seed", () => Estimator(new() { Method = new LinearOptions { Seed = 3 } }));
        Refused("set Options.Direction", () => Estimator(new() { Method = new LinearOptions { Direction = SeriesDirection.Causal } }));
        Refused("Threads is 0", () => Estimator(new() { Method = new LinearOptions { Threads = 0 } }));
        Refused("MaxTrainingTime", () => Estimator(new() { MaxTrainingTime = TimeSpan.Zero }));
    }

    [Fact]
    public void A_model_of_steps_refuses_rows_that_are_series()
    {
        ITransformer model = s_ml.Transforms.DiffusionImputeSeries(
            ["HR"], orderColumn: "Hour", options: new() { Method = new LinearOptions() }).Fit(s_ml.Data.LoadFromEnumerable(
                new[] { new { Hour = 1f, HR = 2f }, new { Hour = 2f, HR = float.NaN } }));
        IDataView vectors = s_ml.Data.LoadFromEnumerable(new[] { new { Hour = new float[] { 1 }, HR = new float[] { 1 } } });
        Assert.Contains("trained on rows that are steps",
            Assert.Throws<ArgumentException>(() => model.Transform(vectors)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_of_one_row_must_fit_together()
    {
        Refused([1, 2, 3], [1, 2], [1, 2, 3], "Row 1 has 3 values in column 'X' and 2 in 'Y'; as many of each were expected.");
        Refused([1, 2], [1, 2], [1], "Row 1 has 2 values in column 'X' and 1 in 'At'; as many of each were expected.");
        Refused([1, 2], [1, 2], [4, 4], "Row 1 has the same time twice: 'At' is 4 in the slots 0 and 1; each time once was expected.");
        Refused([1, 2], [1, float.NaN], [4, float.NaN], "Row 1 has a value without time: 'At' has none in slot 1.");

        static void Refused(float[] x, float[] y, float[] at, string sentence)
        {
            IDataView view = s_ml.Data.LoadFromEnumerable(new[] { new { X = x, Y = y, At = at } });
            Assert.Equal(sentence, Assert.ThrowsAny<InvalidDataException>(
                () => s_ml.Transforms.DiffusionImputeSeries(["X", "Y"], orderColumn: "At").Fit(view)).Message);
        }
    }

    private static void Refused(string part, Func<object> make) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);

    private static IDataView WithSex(IDataView view) => s_ml.Transforms.CopyColumns("Sex", "Patient").Fit(view).Transform(view);

    private static DiffusionImputeSeriesEstimator Estimator(DiffusionImputeSeriesEstimator.Options? options = null) =>
        s_ml.Transforms.DiffusionImputeSeries(["HR"], "Patient", "Hour", options ?? new() { Method = new LinearOptions() });

    private static List<Observation> Rows() =>
    [
        new Observation { Patient = "a", Hour = 2, HR = 10 },
        new Observation { Patient = "a", Hour = 4, HR = float.NaN },
        new Observation { Patient = "a", Hour = 6, HR = 20 },
        new Observation { Patient = "b", Hour = 2, HR = 50 },
    ];
}
