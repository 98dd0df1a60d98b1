using System.Globalization;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tests.Roles;

public class FilledRolesTests
{
    private readonly MLContext _ml = new(seed: 3);
    private readonly List<string> _warnings = [];

    public FilledRolesTests() => _ml.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    [Fact]
    public void Dates_and_amounts_that_are_texts_are_filled_in_in_their_spelling_and_range()
    {
        IDataView rows = Rows();
        DiffusionImputeTransformer model = Fit(rows, ["Visit", "Price"], options => options.PredictorColumns = ["Booked", "Weight", "Day"]);
        IDataView filled = model.Transform(rows);
        string[] before = ColumnValues.Texts(rows, "Visit"), visits = ColumnValues.Texts(filled, "Visit");
        int[] booked = ColumnValues.Of<int>(rows, "Booked");
        for (int i = 0; i < visits.Length; i++)
        {
            DateTime day = DateTime.ParseExact(visits[i], "dd.MM.yyyy", CultureInfo.InvariantCulture);
            // The other date is the same one, and the relation is found.
            Assert.Equal($"{booked[i]}", day.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            Assert.True(before[i].Length == 0 || before[i] == visits[i]);
        }

        Assert.All(ColumnValues.Texts(filled, "Price"), text => Assert.Matches(@"^\$[0-9,]+\.[0-9]{2}$", text));
        Assert.Equal(visits, ColumnValues.Texts(Loaded(model, rows).Transform(rows), "Visit"));
        Assert.Equal(ColumnRole.Amount, Loaded(model, rows).Roles!["Price"].Role);
    }

    [Fact]
    public void A_key_stays_as_it_is_and_predicts_nothing_with_a_warning()
    {
        List<Ledger> ledgers = Ledger.Make(300);
        ledgers[5].Id = "";
        IDataView rows = _ml.Data.LoadFromEnumerable(ledgers);
        DiffusionImputeTransformer model = Fit(rows, ["Price", "Id"], options => options.PredictorColumns = ["Number"]);
        Assert.Equal(["Price"], model.Model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.Equal(ColumnValues.Texts(rows, "Id"), ColumnValues.Texts(model.Transform(rows), "Id"));
        Assert.Equal(["Column 'Id'", "Column 'Number'"],
            _warnings.Select(warning => warning[..warning.IndexOf(" is ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Words_that_mean_missing_are_filled_in_once_a_person_agrees()
    {
        List<Ledger> ledgers = Ledger.Make(300);
        foreach (Ledger ledger in ledgers.Where(ledger => ledger.Visit.Length == 0))
            ledger.Visit = "NA";
        IDataView rows = _ml.Data.LoadFromEnumerable(ledgers);
        Assert.Contains("NA", ColumnValues.Texts(Fit(rows, ["Visit", "Price"]).Transform(rows), "Visit"), StringComparer.Ordinal);
        Assert.Contains(_warnings, warning => warning.StartsWith("Column 'Visit' has 'NA'", StringComparison.Ordinal));

        ColumnRoles roles = _ml.Data.InferColumnRoles(rows);
        IDataView filled = Fit(rows, ["Visit", "Price"], options => options.Roles = roles).Transform(rows);
        Assert.DoesNotContain("NA", ColumnValues.Texts(filled, "Visit"), StringComparer.Ordinal);
    }

    [Fact]
    public void Numbers_that_name_things_are_filled_in_with_one_that_exists()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new House
        {
            Zip = i % 5 == 0 ? float.NaN : i % 2 == 0 ? 10115 : 80331,
            Rent = i,
        }));
        string[] columns = ["Zip", "Rent"];
        float[] zips = ColumnValues.Of<float>(Fit(rows, columns, options => options.Method = new MeanModeOptions()).Transform(rows), "Zip");
        Assert.All(zips, zip => Assert.Contains(zip, new float[] { 10115, 80331 }));
    }

    [Fact]
    public void Without_roles_texts_are_categories_and_whole_numbers_numbers()
    {
        IDataView rows = Rows();
        DiffusionImputeTransformer model = Fit(rows, ["Visit", "Id"], options =>
        {
            options.InferRoles = false;
            options.PredictorColumns = ["Number"];
        });
        Assert.Equal(["Visit", "Id", "Number"], model.Model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.Null(model.Roles);
    }

    [Fact]
    public void Uncertainty_of_a_column_that_is_not_learnt_is_not_told()
    {
        IDataView rows = Rows();
        IDataView filled = Fit(rows, ["Weight", "Id"], options => options.UncertaintyColumns = true).Transform(rows);
        Assert.All(ColumnValues.Of<float>(filled, "Id.Probability"), probability => Assert.Equal(float.NaN, probability));
    }

    private IDataView Rows() => _ml.Data.LoadFromEnumerable(Ledger.Make(300));

    private DiffusionImputeTransformer Fit(IDataView rows, string[] columns, Action<DiffusionImputeEstimator.Options>? change = null)
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.FindRelations = true;
        change?.Invoke(options);
        return _ml.Transforms.DiffusionImpute(columns, options).Fit(rows);
    }

    private DiffusionImputeTransformer Loaded(ITransformer model, IDataView rows)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        return (DiffusionImputeTransformer)_ml.Model.Load(file, out _);
    }

    private sealed class House
    {
        public float Zip { get; set; }

        public float Rent { get; set; }
    }
}
