using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Augmentation;

/// <summary>Stands where a trainer would: remembers what it is trained on, and changes nothing.</summary>
internal sealed class TrainingSpy(MLContext ml) : IEstimator<ITransformer>
{
    public List<IDataView> Seen { get; } = [];

    public ITransformer Fit(IDataView input)
    {
        Seen.Add(input);
        return ml.Transforms.CopyColumns("Copy", "Label").Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ml.Transforms.CopyColumns("Copy", "Label").GetOutputSchema(inputSchema);

    /// <summary>What the estimators behind an augmentation are trained on.</summary>
    public static IDataView Behind(MLContext ml, IEstimator<ITransformer> augment, IDataView rows)
    {
        var spy = new TrainingSpy(ml);
        augment.Append(spy).Fit(rows);
        return spy.Seen.Single();
    }

    public static DataViewRowId[] Ids(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        ValueGetter<DataViewRowId> get = cursor.GetIdGetter();
        List<DataViewRowId> ids = [];
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            get(ref id);
            ids.Add(id);
        }

        return [.. ids];
    }
}
