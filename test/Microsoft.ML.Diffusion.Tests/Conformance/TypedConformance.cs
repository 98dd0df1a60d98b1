using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>What must hold of an estimator on a view with all types of columns, texts with roles, and a role that a person gave.</summary>
public abstract class TypedConformance
{
    private const int RowCount = 160, Threads = 8;

    /// <summary>The estimator, on the columns of <see cref="TypedRow"/>, trained in a moment.</summary>
    protected abstract IEstimator<ITransformer> Estimator(MLContext ml, ColumnRoles roles);

    /// <summary>What it makes of rows.</summary>
    protected virtual IDataView OutputOf(ITransformer transformer, IDataView rows) => transformer.Transform(rows);

    [Fact]
    public void A_loaded_model_gives_the_same_answers()
    {
        (MLContext ml, IDataView rows, ColumnRoles roles) = Sample();
        ITransformer transformer = Estimator(ml, roles).Fit(rows);
        List<string> expected = Cells.Of(OutputOf(transformer, rows));

        Assert.NotEmpty(expected);
        Assert.Equal(expected, Cells.Of(OutputOf(transformer, rows)));
        Assert.Equal(expected, Cells.Of(OutputOf(Loaded(ml, transformer, rows), rows)));
        Assert.Equal(expected, Cells.Of(OutputOf(Estimator(ml, roles).Fit(rows), rows)));
    }

    [Fact]
    public void What_cannot_be_missing_and_what_is_not_asked_for_comes_out_as_it_was()
    {
        (MLContext ml, IDataView rows, ColumnRoles roles) = Sample();
        string[] others = [.. rows.Schema.Select(column => column.Name).Except(TypedRow.Fillable, StringComparer.Ordinal)];

        Assert.Equal(Cells.Of(rows, others), Cells.Of(Estimator(ml, roles).Fit(rows).Transform(rows), others));
    }

    [Fact]
    public void Rows_one_by_one_come_out_as_they_do_together_from_a_loaded_model_too()
    {
        (MLContext ml, IDataView rows, ColumnRoles roles) = Sample();
        ITransformer transformer = Estimator(ml, roles).Fit(rows);
        List<string> together = Cells.Of(ml.Data.LoadFromEnumerable(
            ml.Data.CreateEnumerable<TypedRow>(transformer.Transform(rows), reuseRowObject: false)));
        ITransformer[] models = [transformer, Loaded(ml, transformer, rows)];

        Assert.All(models, model => Assert.Equal(together, OneByOne(model)));
    }

    [Fact]
    public async Task Eight_threads_see_the_same_as_one()
    {
        (MLContext ml, IDataView rows, ColumnRoles roles) = Sample();
        ITransformer transformer = Loaded(ml, Estimator(ml, roles).Fit(rows), rows);
        (List<string> alone, List<string> engine) = (Cells.Of(OutputOf(transformer, rows)), OneByOne(transformer));
        (List<string> Cells, List<string> Engine)[] together = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ =>
            Task.Run(() => (Cells.Of(OutputOf(transformer, rows)), OneByOne(transformer)))));

        Assert.All(together, each => Assert.Equal(alone, each.Cells));
        Assert.All(together, each => Assert.Equal(engine, each.Engine));
    }

    [Fact]
    public void It_is_cross_validated_with_a_trainer_behind_it()
    {
        (MLContext ml, IDataView rows, ColumnRoles roles) = Sample();
        IEstimator<ITransformer> pipeline = ml.Transforms
            .ReplaceMissingValues(
                Quick.Pairs(nameof(TypedRow.Age), nameof(TypedRow.Income)), MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(Estimator(ml, roles))
            .Append(ml.Transforms.Concatenate("Features", nameof(TypedRow.Age), nameof(TypedRow.Income)))
            .Append(ml.Transforms.NormalizeMinMax("Features"))
            .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());
        var folds = ml.BinaryClassification.CrossValidate(rows, pipeline, numberOfFolds: 2);

        Assert.Equal(2, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AreaUnderRocCurve, 0.6, 1));
    }

    private static List<string> OneByOne(ITransformer model)
    {
        var ml = new MLContext(seed: 5);
        using PredictionEngine<TypedRow, TypedRow> engine = ml.Model.CreatePredictionEngine<TypedRow, TypedRow>(model);
        return Cells.Of(ml.Data.LoadFromEnumerable(TypedRow.Make(RowCount).Select(row => engine.Predict(row)).ToList()));
    }

    private static ITransformer Loaded(MLContext ml, ITransformer transformer, IDataView rows)
    {
        using var file = new MemoryStream();
        ml.Model.Save(transformer, rows.Schema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out _);
    }

    private static (MLContext Context, IDataView Rows, ColumnRoles Roles) Sample()
    {
        var ml = new MLContext(seed: 5);
        IDataView rows = ml.Data.LoadFromEnumerable(TypedRow.Make(RowCount));
        return (ml, rows, ml.Data.InferColumnRoles(rows).With(nameof(TypedRow.Rooms), ColumnRole.Code));
    }
}

public class TypedImputeConformance : TypedConformance
{
    [Fact]
    public void Dates_and_amounts_are_filled_in_in_their_spelling()
    {
        var ml = new MLContext(seed: 5);
        IDataView rows = ml.Data.LoadFromEnumerable(TypedRow.Make(100));
        IDataView filled = Estimator(ml, ml.Data.InferColumnRoles(rows)).Fit(rows).Transform(rows);

        Assert.All(ColumnValues.Texts(filled, nameof(TypedRow.Visit)), text => Assert.Matches(@"^[0-3][0-9]\.[01][0-9]\.2023$", text));
        Assert.All(ColumnValues.Texts(filled, nameof(TypedRow.Price)), text => Assert.Matches(@"^\$[0-9,]+\.[0-9]{2}$", text));
    }

    protected override IEstimator<ITransformer> Estimator(MLContext ml, ColumnRoles roles)
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.Roles = roles;
        // Others are predictors, whatever their type; keys and addresses predict nothing.
        options.PredictorColumns = [.. typeof(TypedRow).GetProperties().Where(property => property.CanWrite)
            .Select(property => property.Name).Except([.. TypedRow.Fillable, nameof(TypedRow.Label)], StringComparer.Ordinal)];
        return ml.Transforms.DiffusionImpute(TypedRow.Fillable, options);
    }
}

public class TypedSynthesizeConformance : TypedConformance
{
    protected override IEstimator<ITransformer> Estimator(MLContext ml, ColumnRoles roles)
    {
        DiffusionSynthesizeEstimator.Options options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        options.Roles = roles;
        return ml.Transforms.DiffusionSynthesize(nameof(TypedRow.Label), options);
    }

    protected override IDataView OutputOf(ITransformer transformer, IDataView rows) =>
        ((DiffusionSynthesizeTransformer)transformer).Generate(60);
}

public class TypedAugmentConformance : TypedConformance
{
    [Fact]
    public void Rows_that_are_added_hold_all_types_and_are_the_same_again()
    {
        var ml = new MLContext(seed: 5);
        IDataView rows = ml.Data.LoadFromEnumerable(TypedRow.Make(100));
        IEstimator<ITransformer> estimator = Estimator(ml, ml.Data.InferColumnRoles(rows));
        List<string>[] added = [.. Enumerable.Range(0, 2).Select(_ =>
            Cells.Of(((DiffusionAugmentTransformer)estimator.Fit(rows)).AddedRows!))];

        Assert.Equal(30, added[0].Count);
        Assert.Equal(added[0], added[1]);
    }

    protected override IEstimator<ITransformer> Estimator(MLContext ml, ColumnRoles roles)
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        options.Roles = roles;
        return ml.Transforms.DiffusionAugment(30, nameof(TypedRow.Label), options);
    }
}
