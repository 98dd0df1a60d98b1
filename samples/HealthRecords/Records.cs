using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Patients and the names of their codes.</summary>
internal sealed record Records(string[] Codes, Patient[] Patients)
{
    /// <summary>The records as a view with one vector, sparse, whose slots are called after the codes.</summary>
    public IDataView ToView(MLContext ml)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Patient));
        schema[nameof(Patient.Codes)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Codes.Length);
        var names = new VBuffer<ReadOnlyMemory<char>>(Codes.Length, [.. Codes.Select(code => code.AsMemory())]);
        schema[nameof(Patient.Codes)].AddAnnotation("SlotNames", names, new VectorDataViewType(TextDataViewType.Instance, Codes.Length));
        return ml.Data.LoadFromEnumerable(Patients, schema);
    }
}
