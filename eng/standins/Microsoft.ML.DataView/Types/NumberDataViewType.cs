namespace Microsoft.ML.Data;

public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private NumberDataViewType(Type rawType) : base(rawType) { }

    public static NumberDataViewType SByte { get; } = new(typeof(SByte));
    public static NumberDataViewType Byte { get; } = new(typeof(Byte));
    public static NumberDataViewType Int16 { get; } = new(typeof(Int16));
    public static NumberDataViewType UInt16 { get; } = new(typeof(UInt16));
    public static NumberDataViewType Int32 { get; } = new(typeof(Int32));
    public static NumberDataViewType UInt32 { get; } = new(typeof(UInt32));
    public static NumberDataViewType Int64 { get; } = new(typeof(Int64));
    public static NumberDataViewType UInt64 { get; } = new(typeof(UInt64));
    public static NumberDataViewType Single { get; } = new(typeof(Single));
    public static NumberDataViewType Double { get; } = new(typeof(Double));

    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => RawType.Name;
}
